"""What a user may see of the ledger, and the readings that stay fast in millions of postings."""

from __future__ import annotations

from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from tanheng.ledger.models import Account, Balance, Movement, Posting, Queued, Transfer, TrustedAccount
from tanheng.people.rights import Actor, reach

SEE = "ledger.see"


def access_accounts(user: Actor) -> QuerySet[Account]:
    """One's own accounts and those under one's supervision; the bureau sees the registry's own as well."""
    return Account.objects.filter(reach(user, SEE, organisation="owner")).select_related("owner")


def access_account(user: Actor, number: str) -> Account:
    """One account by its number."""
    return access_accounts(user).get(number=number)


def access_balances(account: Account) -> QuerySet[Balance]:
    """What an account that was accessed holds now, asset by asset."""
    return Balance.objects.filter(account=account).select_related("asset").order_by("asset_id")


def balance_at(account_id: int, asset_id: int, at: datetime) -> int:
    """What an account held at a past moment, transfers of that very moment included: one look into an index."""
    after = (
        Posting.objects.filter(account_id=account_id, asset_id=asset_id, at__lte=at)
        .order_by("-at", "-transfer_id")
        .values_list("balance_after", flat=True)
        .first()
    )
    return after or 0


def access_balances_at(account: Account, at: datetime) -> list[tuple[Balance, int]]:
    """What an account held at a past moment, for each asset it has ever held."""
    last = Posting.objects.filter(account_id=account.pk, asset_id=OuterRef("asset_id"), at__lte=at)
    last = last.order_by("-at", "-transfer_id")
    then = Subquery(last.values("balance_after")[:1])
    return [(balance, balance.then or 0) for balance in access_balances(account).annotate(then=then)]


def access_statement(account: Account, asset_id: int) -> QuerySet[Posting]:
    """The postings of an account; a page by cursor goes by ``("at", "transfer_id")``."""
    return Posting.objects.filter(account=account, asset_id=asset_id).select_related("transfer")


def access_transfers(user: Actor) -> QuerySet[Transfer]:
    """The transfers from or to accounts that one sees."""
    seen = access_accounts(user).values("pk")
    return Transfer.objects.filter(Q(from_account_id__in=seen) | Q(to_account_id__in=seen)).select_related(
        "asset", "from_account", "to_account"
    )


def access_transfer(user: Actor, transfer: int) -> Transfer:
    """One transfer."""
    return access_transfers(user).get(pk=transfer)


def sees_both_sides(user: Actor, transfer: Transfer) -> bool:
    """Whether a user sees both accounts of a transfer, those of the registry's own counting as seen.

    Its text in the log tells what both of them held afterwards.
    """
    owned = {each.pk for each in (transfer.from_account, transfer.to_account) if each.owner_id is not None}
    return access_accounts(user).filter(pk__in=owned).count() == len(owned)


def access_history_of_serial(user: Actor, asset: str, serial: int) -> QuerySet[Movement]:
    """The transfers that moved a serial number, the first one its issuance; those from or to accounts that one sees."""
    seen = access_accounts(user).values("pk")
    return (
        Movement.objects.filter(asset__code=asset, serials__contains=serial)
        .filter(Q(transfer__from_account_id__in=seen) | Q(transfer__to_account_id__in=seen))
        .select_related("transfer__from_account", "transfer__to_account", "transfer__batch")
        .order_by("transfer_id")
    )


def access_queued(user: Actor) -> QuerySet[Queued]:
    """The transfers that wait for working hours, of accounts that one sees."""
    return Queued.objects.filter(from_account_id__in=access_accounts(user).values("pk"))


def access_trusted(account: Account) -> QuerySet[TrustedAccount]:
    """The accounts that an account trusts."""
    return TrustedAccount.objects.filter(account=account, removed_at=None).select_related("trusted", "account__owner")
