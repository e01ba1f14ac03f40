"""What a user may see of the ledger, and the readings that stay fast in millions of postings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, When

from tanheng.ledger.models import (
    Account,
    Asset,
    Balance,
    CalendarDay,
    Difference,
    Limit,
    Movement,
    Posting,
    Queued,
    Reservation,
    Setting,
    Transfer,
    TrustedAccount,
)
from tanheng.ledger.safeguards import NAMES
from tanheng.people.rights import EVERY_ROW, Actor, reach, require, require_active

SEE = "ledger.see"
NEVER = datetime.max.replace(tzinfo=UTC)


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


def sees_every_account(user: Actor) -> bool:
    """Whether somebody looks over the whole registry, and so may know totals of what others hold."""
    return reach(user, SEE, organisation="owner") is EVERY_ROW


def access_transfers(user: Actor) -> QuerySet[Transfer]:
    """The transfers from or to accounts that one sees, of every kind."""
    rows = Transfer.objects.select_related("asset", "from_account", "to_account")
    if sees_every_account(user):
        return rows
    seen = access_accounts(user).values("pk")
    return rows.filter(Q(from_account_id__in=seen) | Q(to_account_id__in=seen))


# From each asset's postings the newest, by their key: as fast in millions of transfers as in ten.
_NEWEST = """
SELECT DISTINCT p.at, p.transfer_id FROM ledger_balance b CROSS JOIN LATERAL (
    SELECT at, transfer_id FROM ledger_posting
    WHERE account_id = b.account_id AND asset_id = b.asset_id AND (at, transfer_id) < (%(at)s, %(transfer)s)
    ORDER BY at DESC, transfer_id DESC LIMIT %(limit)s) p
WHERE b.account_id = %(account)s ORDER BY 1 DESC, 2 DESC LIMIT %(limit)s
"""


def access_transfers_of(account: Account, before: int | None, limit: int) -> list[Transfer]:
    """The transfers that moved an account's units, in all its assets, the newest first.

    Parameters
    ----------
    before
        The id of the transfer before which to begin; None for the newest.
    """
    at = NEVER
    if before is not None and (began := Transfer.objects.filter(pk=before).values_list("at", flat=True).first()):
        at = began
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, {"account": account.pk, "at": at, "transfer": before or 0, "limit": limit})
        ids = [row[1] for row in cursor.fetchall()]
    rows = Transfer.objects.filter(pk__in=ids).select_related("asset", "from_account", "to_account")
    return list(rows.order_by("-at", "-pk"))


def access_transfer(user: Actor, transfer: int) -> Transfer:
    """One transfer."""
    return access_transfers(user).get(pk=transfer)


def access_history_of_serial(user: Actor, asset: str, serial: int) -> QuerySet[Movement]:
    """The transfers that moved a serial number, the first one its issuance; those from or to accounts that one sees."""
    seen = access_accounts(user).values("pk")
    return (
        Movement.objects.filter(asset__code=asset, serials__contains=serial)
        .filter(Q(transfer__from_account_id__in=seen) | Q(transfer__to_account_id__in=seen))
        .select_related("transfer__from_account", "transfer__to_account", "transfer__batch")
        .order_by("transfer_id")
    )


def access_reservations(user: Actor) -> QuerySet[Reservation]:
    """The reservations and pledges that stand, from or to accounts that one sees."""
    rows = Reservation.objects.select_related("asset", "account", "to_account")
    if sees_every_account(user):
        return rows
    seen = access_accounts(user).values("pk")
    return rows.filter(Q(account_id__in=seen) | Q(to_account_id__in=seen))


def access_queued(user: Actor) -> QuerySet[Queued]:
    """The transfers that wait, or waited, for working hours, of accounts that one sees.

    ``opens_at`` is when they are tried; None where the calendar has no opening.
    """
    # An opening that never comes is kept as infinity, which Python cannot read.
    known = When(due_at__lt=NEVER, then=F("due_at"))
    return (
        Queued.objects.filter(from_account_id__in=access_accounts(user).values("pk"))
        .defer("due_at")
        .annotate(opens_at=Case(known, default=None))
        .select_related("from_account")
    )


def access_queued_ends(rows: Sequence[Queued]) -> tuple[dict[int, str], dict[int, str]]:
    """The numbers of the accounts to which waiting transfers go, and the codes of their assets, by ids."""
    to_accounts = Account.objects.filter(pk__in={row.asked["to"] for row in rows})
    assets = Asset.objects.filter(pk__in={row.asked["asset"] for row in rows})
    return dict(to_accounts.values_list("pk", "number")), dict(assets.values_list("pk", "code"))


def access_queued_one(user: Actor, queued: int) -> Queued:
    """One of them."""
    return access_queued(user).get(pk=queued)


def access_trusted(account: Account) -> QuerySet[TrustedAccount]:
    """The accounts that an account trusts."""
    return TrustedAccount.objects.filter(account=account, removed_at=None).select_related("trusted", "account__owner")


def access_trusted_one(account: Account, row: int) -> TrustedAccount:
    """One of them, by the id of its row."""
    return access_trusted(account).get(pk=row)


def access_account_to_trust(user: Actor, account: Account, number: str) -> Account | None:
    """Anybody's account by its number, for who keeps the list of the first; None if there is none.

    Raises
    ------
    Refused
        Without the right to keep that list: who has none does not learn which accounts there are.
    """
    require(user, "ledger.trust", account.owner)
    return Account.objects.filter(number=number).first()


@dataclass(frozen=True)
class Circulation:
    """How many units of an asset there are: issued (less those taken back), retired for good, and still held."""

    issued: int
    retired: int

    @property
    def held(self) -> int:
        """By anybody, reserved or not."""
        return self.issued - self.retired


def access_assets(user: Actor) -> QuerySet[Asset]:
    """All assets: what there is to hold is no secret to who is signed in."""
    require_active(user)
    return Asset.objects.select_related("issuance_account")


def access_asset(user: Actor, code: str) -> Asset:
    """One asset by its code."""
    return access_assets(user).get(code=code)


def access_circulation(user: Actor, assets: Sequence[Asset]) -> dict[int, Circulation]:
    """The circulation of assets by their ids, for who looks over the whole registry; nothing for others.

    Where two hold an asset, its total would tell each what the other holds.
    """
    if not sees_every_account(user):
        return {}
    ends = Balance.objects.filter(asset__in=assets, account__type_id__in=("issuance", "retirement"))
    sums = {
        (row["asset_id"], row["account__type_id"]): int(row["total"])
        for row in ends.values("asset_id", "account__type_id").annotate(total=Sum("posted"))
    }
    return {
        asset.pk: Circulation(-sums.get((asset.pk, "issuance"), 0), sums.get((asset.pk, "retirement"), 0))
        for asset in assets
    }


def access_limits(user: Actor) -> QuerySet[Limit]:
    """The limits that concern everybody, and those of accounts that one sees; those replaced and those to come too."""
    require_active(user)
    seen = access_accounts(user).values("pk")
    return Limit.objects.filter(Q(account=None) | Q(account_id__in=seen)).select_related("asset", "account")


def access_settings(user: Actor, name: str) -> QuerySet[Setting]:
    """Every value that a parameter of the safeguards had, has or will have.

    Raises
    ------
    Setting.DoesNotExist
        When there is no such parameter.
    """
    require_active(user)
    if name not in NAMES:
        raise Setting.DoesNotExist(name)
    return Setting.objects.filter(name=name)


def access_settings_now(user: Actor) -> dict[str, Setting | None]:
    """The value in force of each parameter, None where nothing was set."""
    now = datetime.now(UTC)
    return {
        name: access_settings(user, name).filter(since__lte=now).order_by("-since", "-pk").first() for name in NAMES
    }


def access_days(user: Actor) -> QuerySet[CalendarDay]:
    """The days that are not what their weekday says."""
    require_active(user)
    return CalendarDay.objects.all()


def access_differences(user: Actor) -> QuerySet[Difference]:
    """What the daily check found, for who looks over the whole registry: a difference may tell of several holders."""
    rows = Difference.objects.select_related("account", "asset")
    return rows if sees_every_account(user) else rows.none()


def access_difference(user: Actor, difference: int) -> Difference:
    """One of them."""
    return access_differences(user).get(pk=difference)
