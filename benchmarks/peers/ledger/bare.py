"""The same batch in bare SQL: transfers with their keys, two postings each with the balance after it, netted balances.

The tables are copies of the house's with all their indexes and none of its triggers; the statement checks nothing but
what the constraint on balances refuses.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

TABLES = """
CREATE TABLE bare_transfer (LIKE ledger_transfer INCLUDING ALL);
CREATE TABLE bare_posting (LIKE ledger_posting INCLUDING ALL);
CREATE TABLE bare_balance (LIKE ledger_balance INCLUDING ALL);
CREATE TABLE bare_request (LIKE ledger_request INCLUDING ALL);
INSERT INTO bare_balance SELECT * FROM ledger_balance;
"""
BATCH = """
WITH asked AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('bare_transfer', 'id')) AS id, a, t, quantity, key
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[]) AS asked (a, t, quantity, key)),
made AS (
    INSERT INTO bare_transfer
        (id, at, kind, purpose, asset_id, from_account_id, to_account_id, quantity, reason, actor_id)
    SELECT id, now(), 1, 'transfer', %s, a, t, quantity, 'bench', 1 FROM asked),
kept AS (
    INSERT INTO bare_request (actor_id, key, fingerprint, code, transfer_id, at)
    SELECT 1, key, sha256(convert_to(key, 'UTF8')), 0, id, now() FROM asked),
sides AS MATERIALIZED (
    SELECT id, a AS account_id, -quantity AS quantity FROM asked UNION ALL SELECT id, t, quantity FROM asked),
changed AS (
    UPDATE bare_balance b SET posted = b.posted + s.quantity, moved_at = now()
    FROM (SELECT account_id, sum(quantity)::bigint AS quantity FROM sides GROUP BY 1) s
    WHERE b.account_id = s.account_id AND b.asset_id = %s RETURNING b.account_id, b.posted - s.quantity AS before)
INSERT INTO bare_posting (account_id, asset_id, at, transfer_id, quantity, balance_after)
SELECT s.account_id, %s, now(), s.id, s.quantity,
       c.before + sum(s.quantity) OVER (PARTITION BY s.account_id ORDER BY s.id)
FROM sides s JOIN changed c USING (account_id)
"""


def make() -> None:
    """The tables, with the balances that the house has now."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)


def batch(asset: int, rows: Sequence[tuple[int, int, int]], keys: Sequence[str]) -> None:
    """One statement, one transaction."""
    columns = [[row[place] for row in rows] for place in range(3)]
    with connection.cursor() as cursor:
        cursor.execute(BATCH, [*columns, list(keys), asset, asset, asset])
        if cursor.rowcount != 2 * len(rows):
            raise RuntimeError(f"{cursor.rowcount} postings of {len(rows)} transfers")
