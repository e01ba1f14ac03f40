"""What the refusals of intake mean in HTTP."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tanheng.credits.intake.access import NotThere
from tanheng.credits.intake.bodies import TooLarge
from tanheng.credits.intake.limits import BODY_MOST_BYTES
from tanheng.web.problems import Problem, not_found, translate


def declare() -> None:
    """404 for what is not there or may not be seen, 413 for a body that is too large."""
    translate(NotThere, lambda missing: not_found(_("It is not there, or you may not see it.")))
    translate(
        TooLarge,
        lambda large: Problem(
            413,
            "web.too-large",
            detail=_("A batch is at most %d MB, unpacked. Send it in several.") % (BODY_MOST_BYTES >> 20),
        ),
    )
