"""Whether an application is ready to be connected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tanheng.people.values import refused_value

if TYPE_CHECKING:
    from tanheng.credits.intake.models import Application


def was_tested(application: Application) -> None:
    """Go on only where the last batch of the test was taken whole.

    Raises
    ------
    InputRejected
        ``intake.E001``.
    """
    last = application.batches.filter(sandbox=True).order_by("pk").last()
    if last is None or not last.taken or last.refused:
        message = _("has not sent a batch in the test of which every event was taken")
        hint = _("Have its operator send one, with each scene and mode that it will report")
        raise refused_value("intake.E001", application.number, "state", application.state, message, hint)
