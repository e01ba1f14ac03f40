"""The version of a methodology that a project follows, and what it wants in the buffer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from tanheng.credits.filing.published import versions_between
from tanheng.measures.credits.library import open_methodology
from tanheng.measures.credits.methodology import Methodology
from tanheng.people.values import refused_value
from tanheng.problems import InputRejected
from tanheng.web.saying import all_told

BUFFER = "buffer_share"
"""The name of a methodology's own parameter that says which share of what is issued goes to the buffer.

No rule uses it (it says ``awaits: issuance``). A methodology without it wants no buffer; where it is there and unset,
nothing can be issued.
"""


def open_version(identifier: str, version: str) -> Methodology:
    """A version of a methodology of projects: as it was published, or as it came with the program.

    Raises
    ------
    InputRejected
        ``projects.E001`` where there is none, or it is of persons.
    """
    published = [each for each in versions_between(date.min, date.max, [identifier]) if each.version == version]
    try:
        found = published[0].methodology() if published else open_methodology(identifier, version=version)
    except InputRejected as rejected:
        raise refused_value(
            "projects.E001", "project", "methodology", f"{identifier} {version}", "; ".join(all_told(rejected))
        ) from None
    return _of_projects(found)


def open_in_force(identifier: str, version: str, on: date) -> Methodology:
    """The text of a version that was published and is in force on a day.

    Raises
    ------
    InputRejected
        ``projects.E002`` where it is not.
    """
    published = [each for each in versions_between(on, on, [identifier]) if each.version == version]
    if not published:
        message = _("is not published and in force on %s, and so no project can begin with it") % on
        raise refused_value("projects.E002", "project", "methodology", f"{identifier} {version}", message)
    return _of_projects(published[0].methodology())


def _of_projects(found: Methodology) -> Methodology:
    if found.track != "projects":
        message = _("credits what persons do, not projects")
        raise refused_value("projects.E001", "project", "methodology", found.name, message)
    return found


def as_registered(identifier: str, version: str, digest: str) -> Methodology:
    """The text with which a project was registered.

    Raises
    ------
    InputRejected
        ``projects.E003`` where the files of that version have changed since.
    """
    found = open_version(identifier, version)
    if digest != found.digest:
        message = _("is not the text that the project was registered with; a changed text is a new version")
        raise refused_value("projects.E003", "project", "methodology", found.name, message)
    return found


def buffer_share(methodology: Methodology, on: date) -> Decimal:
    """Which share of what is issued goes to the buffer; 0 where the methodology wants none.

    Raises
    ------
    InputRejected
        ``projects.E004`` where it wants one and the share is not known.
    """
    name = f"{methodology.id}.{BUFFER}"
    if name not in methodology.rulebook:
        return Decimal(0)
    cell = methodology.rulebook[name].at(on)
    if cell is None or cell.value is None:
        message = _("%(name)s is not set for %(on)s: a part has to go to the buffer, and nobody knows how much")
        raise refused_value("projects.E004", "report", "buffer", None, message % {"name": name, "on": on})
    share = Decimal(str(cell.value))
    if not 0 <= share < 1:
        raise refused_value("projects.E004", "report", "buffer", str(share), _("is no share below 1"))
    return share
