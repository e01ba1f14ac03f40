"""What is done to accounts: opened, blocked, unblocked, closed, by the bureau."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tanheng.ledger.account_types import TYPES
from tanheng.ledger.models import Account, AccountStatus, Balance, Difference
from tanheng.people.door import door
from tanheng.people.models import Organisation
from tanheng.people.rights import Actor
from tanheng.people.values import fit, refused_value


def do_open_account(
    number: str,
    type: str,
    owner: Organisation | None,
    *,
    name: str = "",
    holder: str = "",
    second_person: bool = True,
    acting_user: Actor,
) -> Account:
    """Open an account for an organisation, for a person whose points it keeps (``holder``), or for the registry (None).

    Parameters
    ----------
    second_person
        Whether what leaves it must be confirmed by another person of its owner.

    Raises
    ------
    InputRejected
        When a value does not fit, or the number is taken.
    """
    with door("ledger.open", owner, acting_user=acting_user) as doing:
        if type not in TYPES:
            raise refused_value("ledger.E016", "account", "type", type, _("is none of: %s") % ", ".join(TYPES))
        account = Account(
            number=number, type_id=type, owner=owner, name=name.strip(), holder=holder, second_person=second_person
        )
        if type == "issuance":
            raise refused_value("ledger.E010", "account", "type", type, _("is opened with its asset"))
        if holder and type != "points":
            raise refused_value("ledger.E011", "account", "holder", None, _("is for points accounts only"))
        fit(account)
        account.save(force_insert=True)
        doing.changed(
            f"account {account.pk}",
            new={"number": number, "type": type, "holder": holder, "second_person": second_person},
        )
    return account


def do_block_account(account: Account, reason: str, *, acting_user: Actor) -> Account:
    """Block an account: nothing leaves it and nothing reaches it; what is reserved stays so.

    Raises
    ------
    InputRejected
        Without a reason, or when it is not open.
    """
    return _turn(account, "ledger.block", AccountStatus.BLOCKED, reason, acting_user)


def do_unblock_account(account: Account, *, acting_user: Actor) -> Account:
    """Open a blocked account again.

    Raises
    ------
    InputRejected
        When it is not blocked, or a difference that the recomputation found is not explained yet.
    """
    return _turn(account, "ledger.block", AccountStatus.OPEN, "", acting_user)


def do_close_account(account: Account, reason: str, *, acting_user: Actor) -> Account:
    """Close an account for good; it must be empty.

    Raises
    ------
    InputRejected
        When it still holds something, without a reason, or when it is closed already.
    """
    return _turn(account, "ledger.open", AccountStatus.CLOSED, reason, acting_user)


def _turn(account: Account, right: str, status: AccountStatus, reason: str, acting_user: Actor) -> Account:
    with door(f"{right}_account", account.owner, right=right, acting_user=acting_user) as doing:
        account = Account.objects.select_for_update(of=("self",)).select_related("owner").get(pk=account.pk)
        before = account.status
        from_status = AccountStatus.BLOCKED if status == AccountStatus.OPEN else AccountStatus.OPEN
        if before != from_status and not (status == AccountStatus.CLOSED and before == AccountStatus.BLOCKED):
            raise refused_value("ledger.E012", "account", "status", before, _("cannot become %s") % status.value)
        if status != AccountStatus.OPEN and not reason.strip():
            raise refused_value("ledger.E013", "account", "status_reason", None, _("must say why"))
        if status == AccountStatus.OPEN and Difference.objects.filter(account=account, explained_at=None).exists():
            message = _("a difference that the daily check found is not explained")
            hint = _("Explain it first (do_explain_difference)")
            raise refused_value("ledger.E014", "account", "status", before, message, hint)
        if status == AccountStatus.CLOSED and Balance.objects.filter(account=account).exclude(posted=0).exists():
            raise refused_value("ledger.E015", "account", "balance", None, _("still holds units; move them first"))
        account.status, account.status_reason = status, reason.strip()
        account.save(update_fields=["status", "status_reason"])
        doing.changed(
            f"account {account.pk}", old={"status": before}, new={"status": status.value, "reason": reason.strip()}
        )
    return account
