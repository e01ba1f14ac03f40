"""Millions of true rows without the action: what the ledger's own triggers would have written, written in bulk.

Transfers between accounts at random (and every tenth one through one busy account), each with its two postings and the
balance after each; balances and the outbox of the log follow. The recomputation finds nothing in it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction

_TRANSFERS = """
INSERT INTO ledger_transfer
    (id, at, kind, purpose, asset_id, from_account_id, to_account_id, quantity, reason, actor_id)
SELECT n, %(at)s + (n - %(begin)s) * interval '10 microseconds', 1, 'payment', %(asset)s, f,
       CASE WHEN t = f THEN %(first)s + (t - %(first)s + 1) %% %(accounts)s ELSE t END,
       1 + n %% 9, '', 1
FROM (SELECT n, %(first)s + abs(hashint8(n)::bigint) %% %(accounts)s AS f,
             CASE WHEN n %% 10 = 0 THEN %(first)s
                  ELSE %(first)s + abs(hashint8(n * 7919 + 13)::bigint) %% %(accounts)s END AS t
      FROM generate_series(%(begin)s::bigint, %(end)s::bigint) AS n) AS drawn
"""
_POSTINGS = """
INSERT INTO ledger_posting (account_id, asset_id, at, transfer_id, quantity, balance_after)
SELECT account_id, %(asset)s, at, id, side.quantity,
       b.posted + sum(side.quantity) OVER (PARTITION BY account_id ORDER BY at, id)
FROM (SELECT from_account_id AS account_id, at, id, -quantity AS quantity
      FROM ledger_transfer WHERE id BETWEEN %(begin)s AND %(end)s
      UNION ALL
      SELECT to_account_id, at, id, quantity FROM ledger_transfer WHERE id BETWEEN %(begin)s AND %(end)s) AS side
    JOIN ledger_balance b USING (account_id)
WHERE b.asset_id = %(asset)s
ORDER BY account_id, at, id
"""
_BALANCES = """
UPDATE ledger_balance b SET posted = b.posted + s.quantity, moved_at = s.at
FROM (SELECT account_id, sum(quantity) AS quantity, max(at) AS at FROM ledger_posting
      WHERE asset_id = %(asset)s AND transfer_id BETWEEN %(begin)s AND %(end)s GROUP BY 1) s
WHERE b.account_id = s.account_id AND b.asset_id = %(asset)s
"""
_OUTBOX = """
INSERT INTO transparency_pending (kind, ref)
SELECT 2, n FROM generate_series(%(begin)s::bigint, %(end)s::bigint) AS n
"""


def fill(asset: int, first_account: int, accounts: int, begin: int, end: int) -> datetime:
    """Transfers ``begin`` to ``end`` between accounts whose ids are ``accounts`` in a row.

    The accounts must hold enough for all of it; the balances' own constraint says so if they do not. They begin where
    the newest posting ends and are ten microseconds apart; returns the moment at which they begin.
    """
    values: dict[str, Any] = {"asset": asset, "first": first_account, "accounts": accounts, "begin": begin, "end": end}
    with transaction.atomic(), connection.cursor() as cursor:
        # A superuser's right: triggers stand aside, constraints do not.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL work_mem = '256MB'")
        cursor.execute("SELECT greatest(clock_timestamp(), max(moved_at)) + interval '1 second' FROM ledger_balance")
        values["at"] = cursor.fetchone()[0]
        for statement in (_TRANSFERS, _POSTINGS, _BALANCES, _OUTBOX):
            cursor.execute(statement, values)
        cursor.execute("SELECT setval(pg_get_serial_sequence('ledger_transfer', 'id'), %(end)s)", values)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) ledger_transfer, ledger_posting, ledger_balance")
    began: datetime = values["at"]
    return began
