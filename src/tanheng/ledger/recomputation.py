"""The second reckoning: what every account must hold, worked out again from what happened, by another way.

The ledger keeps balances, blocks and reservations as it goes. Here they are made anew: postings and reservations are
added up from the transfers alone, and the serial numbers are followed from their issuance, transfer by transfer, in
Python. What differs blocks the account until somebody explains it. Nothing here calls the ledger's own functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tanheng.ledger.holdings import Run, replay
from tanheng.ledger.models import Account, AccountStatus, Balance, Difference
from tanheng.people.door import door
from tanheng.people.models import User
from tanheng.people.rights import HOUSE, Actor, require
from tanheng.people.values import refused_value

CHECKS = {
    "ledger.C001": "a balance is what the transfers of its account add up to",
    "ledger.C002": "what is reserved is what the standing reservations add up to",
    "ledger.C003": "each transfer has its two postings, and they say what it says",
    "ledger.C004": "the balance after each posting is the one before it and the posting",
    "ledger.C005": "the units of an asset are as many as were issued: all balances add up to nothing",
    "ledger.C006": "each serial number is held by the account to which it last moved",
    "ledger.C007": "an account holds as many serial numbers as units",
}


@dataclass(frozen=True)
class Found:
    """One thing that differs."""

    check: str
    account: int | None
    asset: int | None
    subject: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.check} {self.subject}: recorded {self.found}, recomputed {self.expected} ({CHECKS[self.check]})"


_BALANCES = """
WITH sides AS (
    SELECT from_account_id AS account, asset_id AS asset, -quantity AS quantity
    FROM ledger_transfer WHERE kind IN (1, 3)
    UNION ALL
    SELECT to_account_id, asset_id, quantity FROM ledger_transfer WHERE kind IN (1, 3)),
sums AS (SELECT account, asset, sum(quantity) AS quantity FROM sides GROUP BY 1, 2)
SELECT coalesce(b.account_id, s.account), coalesce(b.asset_id, s.asset), coalesce(s.quantity, 0), coalesce(b.posted, 0)
FROM ledger_balance b FULL JOIN sums s ON s.account = b.account_id AND s.asset = b.asset_id
WHERE coalesce(b.posted, 0) <> coalesce(s.quantity, 0) ORDER BY 1, 2
"""
_RESERVED = """
WITH standing AS (
    SELECT t.from_account_id AS account, t.asset_id AS asset, sum(t.quantity) AS quantity FROM ledger_transfer t
    WHERE t.kind = 2 AND NOT EXISTS (SELECT FROM ledger_transfer e WHERE e.pending_id = t.id) GROUP BY 1, 2)
SELECT coalesce(b.account_id, s.account), coalesce(b.asset_id, s.asset),
       coalesce(s.quantity, 0), coalesce(b.reserved, 0)
FROM ledger_balance b FULL JOIN standing s ON s.account = b.account_id AND s.asset = b.asset_id
WHERE coalesce(b.reserved, 0) <> coalesce(s.quantity, 0) ORDER BY 1, 2
"""
_POSTINGS = """
WITH sides AS (
    SELECT from_account_id AS account, asset_id AS asset, at, id, -quantity AS quantity
    FROM ledger_transfer WHERE kind IN (1, 3)
    UNION ALL
    SELECT to_account_id, asset_id, at, id, quantity FROM ledger_transfer WHERE kind IN (1, 3))
SELECT coalesce(s.account, p.account_id), coalesce(s.asset, p.asset_id), coalesce(s.id, p.transfer_id),
       s.quantity, p.quantity
FROM sides s FULL JOIN ledger_posting p
    ON p.account_id = s.account AND p.asset_id = s.asset AND p.at = s.at AND p.transfer_id = s.id
WHERE s.quantity IS DISTINCT FROM p.quantity ORDER BY 1, 2, 3 LIMIT 1000
"""
_CHAIN = """
SELECT account_id, asset_id, transfer_id, before + quantity, balance_after FROM (
    SELECT account_id, asset_id, at, transfer_id, quantity, balance_after,
           coalesce(lag(balance_after) OVER (PARTITION BY account_id, asset_id ORDER BY at, transfer_id), 0) AS before
    FROM ledger_posting) p
WHERE balance_after <> before + quantity ORDER BY 1, 2, 3 LIMIT 1000
"""
_TOTALS = "SELECT asset_id, sum(posted) FROM ledger_balance GROUP BY 1 HAVING sum(posted) <> 0 ORDER BY 1"


def recompute() -> list[Found]:
    """Compare everything; changes nothing. All of it sees one state of the books, while others go on working."""
    with transaction.atomic(), connection.cursor() as cursor:
        if not connection.savepoint_ids:  # within another transaction its isolation is what there is
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return [*_sums(), *_serials()]


def _rows(statement: str) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows: list[tuple[int, ...]] = cursor.fetchall()
        return rows


def _sums() -> Iterator[Found]:
    for account, asset, expected, found in _rows(_BALANCES):
        yield Found("ledger.C001", account, asset, _of(account, asset), str(expected), str(found))
    for account, asset, expected, found in _rows(_RESERVED):
        yield Found("ledger.C002", account, asset, _of(account, asset), str(expected), str(found))
    for account, asset, number, expected, found in _rows(_POSTINGS):
        subject = f"transfer {number}, {_of(account, asset)}"
        yield Found("ledger.C003", account, asset, subject, str(expected), str(found))
    for account, asset, number, expected, found in _rows(_CHAIN):
        subject = f"transfer {number}, {_of(account, asset)}"
        yield Found("ledger.C004", account, asset, subject, str(expected), str(found))
    for asset, total in _rows(_TOTALS):
        yield Found("ledger.C005", None, asset, f"asset {asset}", "0", str(total))


def _serials() -> Iterator[Found]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.asset_id, lower(m.serials), upper(m.serials), t.from_account_id, t.to_account_id "
            "FROM ledger_movement m JOIN ledger_transfer t ON t.id = m.transfer_id ORDER BY m.asset_id, t.id, m.id"
        )
        expected = replay(Run(*row) for row in _stream(cursor))
        cursor.execute(
            "SELECT asset_id, account_id, lower(serials), upper(serials) FROM ledger_block "
            "ORDER BY asset_id, lower(serials)"
        )
        recorded = [(asset, account, first, end) for asset, account, first, end in _stream(cursor)]
    for asset, account, first, end in sorted(set(expected.holdings(recorded)) ^ set(expected.holdings())):
        held = expected.holder(asset, first)
        found = next((str(row[1]) for row in recorded if row[0] == asset and row[2] <= first < row[3]), "nobody")
        subject = f"serial numbers {first}-{end - 1} of asset {asset}"
        yield Found("ledger.C006", account, asset, subject, f"account {held}", f"account {found}")
    spans: dict[tuple[int, int], int] = {}
    for asset, account, first, end in recorded:
        spans[account, asset] = spans.get((account, asset), 0) + end - first
    rows = Balance.objects.filter(asset__serialised=True, issuing=False).values_list("account_id", "asset_id", "posted")
    for account, asset, posted in rows:
        held_span = spans.pop((account, asset), 0)
        if held_span != posted:
            yield Found("ledger.C007", account, asset, _of(account, asset), str(posted), str(held_span))


def _stream(cursor: object) -> Iterator[tuple[int, ...]]:
    while rows := cursor.fetchmany(10_000):  # type: ignore[attr-defined]
        yield from rows


def _of(account: int, asset: int) -> str:
    return f"account {account}, asset {asset}"


def do_recompute(*, acting_user: Actor = HOUSE) -> list[Found]:
    """The daily job: recompute, write down what differs, and block the accounts it concerns until it is explained."""
    require(acting_user, "ledger.block", None)
    differences = recompute()
    known = {
        (row.check_id, row.subject, row.expected, row.found) for row in Difference.objects.filter(explained_at=None)
    }
    for one in differences:
        if (one.check, one.subject, one.expected, one.found) in known:
            continue
        account = None
        if one.account is not None:
            account = Account.objects.select_related("owner").filter(pk=one.account).first()
        with door("ledger.differ", None, right="ledger.block", acting_user=acting_user) as doing:
            row = Difference.objects.create(
                check_id=one.check,
                account=account,
                asset_id=one.asset,
                subject=one.subject,
                expected=one.expected,
                found=one.found,
            )
            doing.changed(f"difference {row.pk}", new={"check": one.check, "subject": one.subject})
            if account is not None and account.status == AccountStatus.OPEN:
                reason = _("the daily check found a difference: %s") % one
                account.status, account.status_reason = AccountStatus.BLOCKED, reason
                account.save(update_fields=["status", "status_reason"])
                doing.changed(
                    f"account {account.pk}",
                    old={"status": "open"},
                    new={"status": "blocked", "reason": reason},
                    organisation=account.owner,
                )
    return differences


def do_restore_balance(account: Account, asset_id: int, *, acting_user: Actor) -> None:
    """Set a balance to what its postings and reservations say; the database lets it be set to nothing else.

    Raises
    ------
    InputRejected
        When the account never held the asset.
    """
    with door("ledger.restore_balance", account.owner, right="ledger.block", acting_user=acting_user) as doing:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT posted, reserved FROM ledger_balance WHERE account_id = %s AND asset_id = %s FOR UPDATE",
                [account.pk, asset_id],
            )
            before = cursor.fetchone()
            if before is None:
                raise refused_value("ledger.E053", "account", "asset", None, _("was never held by this account"))
            cursor.execute(
                "UPDATE ledger_balance b SET "
                "posted = coalesce((SELECT sum(quantity) FROM ledger_posting p "
                "                   WHERE p.account_id = b.account_id AND p.asset_id = b.asset_id), 0), "
                "reserved = coalesce((SELECT sum(quantity) FROM ledger_reservation r "
                "                     WHERE r.account_id = b.account_id AND r.asset_id = b.asset_id), 0) "
                "WHERE account_id = %s AND asset_id = %s RETURNING posted, reserved",
                [account.pk, asset_id],
            )
            after = cursor.fetchone()
        doing.changed(
            f"account {account.pk}",
            old={"asset": asset_id, "posted": before[0], "reserved": before[1]},
            new={"asset": asset_id, "posted": after[0], "reserved": after[1]},
        )


def do_explain_difference(difference: Difference, explanation: str, *, acting_user: Actor) -> None:
    """Say how a difference came about; the account can be unblocked when all of its differences are explained.

    Raises
    ------
    InputRejected
        Without an explanation, when it is explained already, or while the difference still stands.
    """
    with door("ledger.explain", None, right="ledger.block", acting_user=acting_user) as doing:
        row = Difference.objects.select_for_update().get(pk=difference.pk)
        if not explanation.strip():
            raise refused_value("ledger.E050", "difference", "explanation", None, _("is empty"))
        if row.explained_at is not None:
            raise refused_value("ledger.E051", "difference", "explained", "true", _("and nothing would change"))
        if any((one.check, one.subject) == (row.check_id, row.subject) for one in recompute()):
            hint = _("Mend it first, e.g. with do_restore_balance")
            raise refused_value("ledger.E052", "difference", "subject", row.subject, _("still differs"), hint)
        row.explanation, row.explained_at = explanation.strip(), timezone.now()
        row.explained_by = acting_user if isinstance(acting_user, User) else None
        row.save(update_fields=["explanation", "explained_at", "explained_by"])
        doing.changed(f"difference {row.pk}", new={"explanation": row.explanation})
