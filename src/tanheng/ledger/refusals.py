"""What the refusals of the ledger mean: to a program a code, to people a sentence, in HTTP a problem."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tanheng.ledger.results import Code
from tanheng.web.problems import Problem, not_found, translate

_NOT_FOUND = frozenset(
    {Code.ASSET_NOT_FOUND, Code.FROM_NOT_FOUND, Code.TO_NOT_FOUND, Code.PURPOSE_NOT_FOUND, Code.PENDING_NOT_FOUND}
)


class TransferRefused(Exception):
    """The ledger refused a transfer; ``code`` says why."""

    def __init__(self, code: Code) -> None:
        self.code = code
        super().__init__(str(code.sentence))


def problem(refused: TransferRefused) -> Problem:
    """409 for what the state of the books forbids, 422 for what cannot be meant."""
    code = refused.code
    status = 422 if code in _NOT_FOUND or code < Code.ASSET_NOT_FOUND else 409
    return Problem(status, f"ledger.{code.name.lower()}", detail=str(code.sentence))


def declare() -> None:
    """Called once, when the house starts."""
    from tanheng.ledger.models import Account, Asset, Difference, Limit, Queued, Setting, Transfer, TrustedAccount

    translate(TransferRefused, problem)
    for model in (Account, Asset, Difference, Limit, Queued, Setting, Transfer, TrustedAccount):
        translate(model.DoesNotExist, lambda missing: not_found(_("It is not there, or you may not see it.")))
