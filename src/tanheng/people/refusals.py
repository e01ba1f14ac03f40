"""What the refusals of people mean in HTTP."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tanheng.people.models import Approval, AuditEntry, Invitation, Membership, Organisation, Token, User
from tanheng.people.rights import Refused
from tanheng.web.problems import Problem, not_found, translate


def declare() -> None:
    """403 for a right that is missing; 404 for what is not there or may not be seen."""
    translate(Refused, lambda refused: Problem(403, refused.code, detail=str(refused)))
    for model in (Approval, AuditEntry, Invitation, Membership, Organisation, Token, User):
        translate(model.DoesNotExist, lambda missing: not_found(_("It is not there, or you may not see it.")))
