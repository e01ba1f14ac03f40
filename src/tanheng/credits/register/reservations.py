"""Units that a case sets aside when it is applied for, and retires or gives back when it is decided.

No unit is in two states: what an applicant named cannot be sold or retired meanwhile. No right is looked at here: the
step has it.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from tanheng.credits.register.certificates import Retired, certify
from tanheng.credits.register.models.certificates import Certificate, CertificateKind
from tanheng.credits.register.retirement import RIGHT, retirement_account
from tanheng.ledger.models import Account, Asset, AssetKind, Kind, Transfer
from tanheng.ledger.requests import Asked, send
from tanheng.ledger.results import Code
from tanheng.people.models import Organisation, User
from tanheng.people.rights import Actor, require
from tanheng.people.values import refused_value


def chosen(organisation: Organisation, account: str, asset: str) -> tuple[Account, Asset]:
    """An organisation's own account and a credit, by number and code.

    Raises
    ------
    InputRejected
        ``register.E010`` for an account that is not the organisation's, ``register.E011`` for what is no credit.
    """
    found = Account.objects.select_related("owner").filter(number=account, owner=organisation).first()
    if found is None:
        message = _("is no account of %s") % organisation.name
        raise refused_value("register.E010", "account", "account", account, message)
    credit = Asset.objects.filter(code=asset, kind=AssetKind.CREDIT).first()
    if credit is None:
        there = ", ".join(Asset.objects.filter(kind=AssetKind.CREDIT).order_by("code").values_list("code", flat=True))
        message = _("is no credit of this registry; there are: %s") % (there or "–")
        raise refused_value("register.E011", "asset", "asset", asset, message)
    return found, credit


def set_aside(account: Account, asset: Asset, quantity: int, *, reason: str, acting_user: Actor) -> int:
    """Reserve units for retirement; the reservation's transfer.

    Raises
    ------
    Refused
        Without the right to move what the account holds.
    InputRejected
        ``register.E012`` with what the ledger refuses, as too few units.
    """
    require(acting_user, RIGHT, account.owner)
    asked = Asked(Kind.RESERVE, "retire", asset.pk, account.pk, retirement_account().pk, quantity, reason=reason)
    return _sent(asked, account, acting_user)


def give_back(reservation: int, account: Account, *, reason: str, acting_user: Actor) -> None:
    """Release what was set aside; what its holder released in the ledger is released already."""
    if Transfer.objects.filter(pending_id=reservation, kind=Kind.VOID).exists():
        return
    _sent(Asked(Kind.VOID, pending=reservation, reason=reason), account, acting_user)


def retire(
    reservation: int,
    account: Account,
    *,
    kind: CertificateKind,
    beneficiary: str,
    purpose: str,
    about_kind: str,
    about: int,
    acting_user: Actor,
) -> Certificate:
    """Retire what was set aside, with a certificate."""
    # Whoever holds the account may have carried the reservation out in the ledger: then the units are retired already.
    posted = Transfer.objects.filter(pending_id=reservation, kind=Kind.POST).values_list("pk", flat=True).first()
    transfer = posted or _sent(Asked(Kind.POST, pending=reservation, reason="certificate"), account, acting_user)
    retired = Retired(transfer, beneficiary, purpose, True, about_kind, about)
    return certify([retired], account, kind=kind, acting_user=acting_user)[0]


def _sent(asked: Asked, account: Account, acting_user: Actor) -> int:
    actor = acting_user.pk if isinstance(acting_user, User) else None
    answer = send(asked, actor=actor, organisation=account.owner_id)
    if answer.code != Code.OK or answer.transfer is None:
        raise refused_value("register.E012", "units", "account", account.number, str(answer.code.sentence))
    return answer.transfer
