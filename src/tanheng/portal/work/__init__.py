"""What the house's jobs and routines do: here the queue meets the city, the ledger and the log.

``register`` tells ``tanheng.jobs`` of all of it when the site starts; each module is one kind of work.
"""

from __future__ import annotations


def register() -> None:
    """Kinds of jobs and routines, once."""
    from tanheng.portal.work import exports, routines, runs

    runs.register()
    exports.register()
    routines.register()
