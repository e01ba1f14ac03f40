"""What the refusals of decisions mean in HTTP."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tanheng.decisions.models import PublishedDecision
from tanheng.decisions.proposals import NoProposal
from tanheng.web.problems import not_found, translate


def declare() -> None:
    """404 for what is not there or may not be seen."""
    for kind in (PublishedDecision.DoesNotExist, NoProposal):
        translate(kind, lambda missing: not_found(_("It is not there, or you may not see it.")))
