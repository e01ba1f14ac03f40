"""The ledger as a beancount file: plain text that another program balances and that people read in fifty years.

Every transfer that moved something is a transaction of two postings, every asset a commodity; at the end stand
assertions of each balance, which beancount checks against the transactions (a day later, because it asserts at the
beginning of days). beancount is under the GPL: nothing of it is imported here, the tests ask whether it agrees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from tanheng.ledger.models import Account, Asset

HERE = ZoneInfo("Asia/Shanghai")
FIRST_DAY = "2000-01-01"

_TRANSFERS = """
SELECT t.id, t.at, t.purpose, t.reason, t.quantity, t.serials::text, t.linked::text, a.code,
       f.number, f.type_id, r.number, r.type_id
FROM ledger_transfer t JOIN ledger_asset a ON a.id = t.asset_id
    JOIN ledger_account f ON f.id = t.from_account_id JOIN ledger_account r ON r.id = t.to_account_id
WHERE t.kind IN (1, 3) AND t.at <= %s ORDER BY t.at, t.id
"""
_TRANSFERS_OF = """
SELECT t.id, t.at, t.purpose, t.reason, t.quantity, t.serials::text, t.linked::text, a.code,
       f.number, f.type_id, r.number, r.type_id, p.quantity
FROM ledger_posting p JOIN ledger_transfer t ON t.id = p.transfer_id JOIN ledger_asset a ON a.id = t.asset_id
    JOIN ledger_account f ON f.id = t.from_account_id JOIN ledger_account r ON r.id = t.to_account_id
WHERE p.account_id = %s AND p.asset_id = %s AND p.at <= %s ORDER BY p.at, p.transfer_id
"""
_ENDS = """
SELECT DISTINCT c.number, c.type_id
FROM ledger_posting p JOIN ledger_transfer t ON t.id = p.transfer_id
    JOIN ledger_account c ON c.id IN (t.from_account_id, t.to_account_id)
WHERE p.account_id = %s AND p.asset_id = %s AND p.at <= %s
"""
_BALANCES = """
SELECT c.number, c.type_id, a.code, b.posted
FROM ledger_balance b JOIN ledger_account c ON c.id = b.account_id JOIN ledger_asset a ON a.id = b.asset_id
ORDER BY c.number, a.code
"""


def lines() -> Iterator[str]:
    """The file, line by line, of the state of the books at one moment; the caller opens a transaction for that."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    yield f'option "title" "Tanheng ledger, {now.astimezone(HERE).isoformat(timespec="seconds")}"'
    yield 'option "name_assets" "Held"'
    yield 'option "name_equity" "Issued"'
    for code in Asset.objects.order_by("code").values_list("code", flat=True):
        yield f"{FIRST_DAY} commodity {commodity(code)}"
    for number, kind in Account.objects.order_by("number").values_list("number", "type_id"):
        yield f"{FIRST_DAY} open {name(number, kind)}"
    with connection.cursor() as cursor:
        cursor.execute(_TRANSFERS, [now])
        while rows := cursor.fetchmany(5_000):
            for row in rows:
                yield from _transaction(*row)
    tomorrow = (now.astimezone(HERE) + timedelta(days=1)).date()
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES)
        for number, kind, code, posted in cursor.fetchall():
            yield f"{tomorrow} balance {name(number, kind)}  {posted} {commodity(code)}"


def of(account: Account, asset: Asset) -> Iterator[str]:
    """The same of one account in one asset: its transfers, and its balance in the end.

    The other side of each transfer is named; what it holds is nobody's business here.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
        cursor.execute(_ENDS, [account.pk, asset.pk, now])
        ends = cursor.fetchall()
    yield f'option "title" "Tanheng statement {account.number}, {now.astimezone(HERE).isoformat(timespec="seconds")}"'
    yield 'option "name_assets" "Held"'
    yield 'option "name_equity" "Issued"'
    yield f"{FIRST_DAY} commodity {commodity(asset.code)}"
    for number, kind in sorted({(account.number, account.type_id), *ends}):
        yield f"{FIRST_DAY} open {name(number, kind)}"
    posted = 0
    with connection.cursor() as cursor:
        cursor.execute(_TRANSFERS_OF, [account.pk, asset.pk, now])
        while rows := cursor.fetchmany(5_000):
            for *row, signed in rows:
                posted += signed
                yield from _transaction(*row)
    tomorrow = (now.astimezone(HERE) + timedelta(days=1)).date()
    yield f"{tomorrow} balance {name(account.number, account.type_id)}  {posted} {commodity(asset.code)}"


def _transaction(
    number: int,
    at: datetime,
    purpose: str,
    reason: str,
    quantity: int,
    serials: str | None,
    linked: str | None,
    code: str,
    from_number: str,
    from_kind: str,
    to_number: str,
    to_kind: str,
) -> Iterator[str]:
    yield f'{at.astimezone(HERE).date()} * "{purpose}" "{_quoted(reason)}"'
    yield f"  transfer: {number}"
    yield f'  at: "{at.isoformat()}"'
    if serials is not None:
        yield f'  serials: "{serials}"'
    if linked is not None:
        yield f'  linked: "{linked}"'
    yield f"  {name(from_number, from_kind)}  {-quantity} {commodity(code)}"
    yield f"  {name(to_number, to_kind)}  {quantity} {commodity(code)}"


def name(number: str, kind: str) -> str:
    """An account as beancount writes them: issuance under Issued, all others under Held by type.

    beancount knows capital letters, digits and hyphens there; other characters become their code, so that two
    accounts never become one.
    """
    part = re.sub(r"[^A-Za-z0-9]", lambda found: f"-{ord(found.group()):x}-", number)
    root = "Issued" if kind == "issuance" else f"Held:{kind.replace('_', '-').capitalize()}"
    return f"{root}:N{part}"


def commodity(code: str) -> str:
    """A commodity as beancount writes them: capital letters, digits, full stops and hyphens between two letters."""
    plain = re.sub(r"[^A-Z0-9-]", lambda found: f".{ord(found.group()):X}", code)
    return f"U-{plain}-U"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
