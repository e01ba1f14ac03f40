"""The same batch in bare SQL: transfers with their keys, two postings each with the balance after it, netted balances.

The tables are copies of the house's with all their indexes and none of its triggers; the statement checks nothing but
what the constraint on balances refuses. Where units have serial numbers, four statements more move those: first come,
first gone, out of the blocks that stood before the batch.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

TABLES = """
CREATE TABLE bare_transfer (LIKE ledger_transfer INCLUDING ALL);
CREATE TABLE bare_posting (LIKE ledger_posting INCLUDING ALL);
CREATE TABLE bare_balance (LIKE ledger_balance INCLUDING ALL);
CREATE TABLE bare_request (LIKE ledger_request INCLUDING ALL);
CREATE TABLE bare_block (LIKE ledger_block INCLUDING ALL);
CREATE TABLE bare_movement (LIKE ledger_movement INCLUDING ALL);
INSERT INTO bare_balance SELECT * FROM ledger_balance;
INSERT INTO bare_block (asset_id, account_id, serials, batch_id, arrived)
    SELECT asset_id, account_id, serials, batch_id, arrived FROM ledger_block;
CREATE TEMPORARY TABLE bare_piece
    (transfer_id bigint, to_account_id bigint, block_id bigint, serials int8range);
"""
SERIALS = """
TRUNCATE bare_piece;
WITH wanted AS (
    SELECT id, from_account_id, to_account_id, quantity,
           sum(quantity) OVER (PARTITION BY from_account_id ORDER BY id) AS high
    FROM (SELECT * FROM bare_transfer ORDER BY id DESC LIMIT %(rows)s) AS asked),
offered AS (
    SELECT id, account_id, serials, upper(serials) - lower(serials) AS quantity,
           sum(upper(serials) - lower(serials)) OVER (PARTITION BY account_id ORDER BY arrived, lower(serials)) AS high
    FROM bare_block WHERE asset_id = %(asset)s AND account_id IN (SELECT from_account_id FROM wanted))
INSERT INTO bare_piece
SELECT w.id, w.to_account_id, o.id, int8range(
    (lower(o.serials) + greatest(w.high - w.quantity - (o.high - o.quantity), 0))::bigint,
    (upper(o.serials) - greatest(o.high - w.high, 0))::bigint)
FROM wanted w JOIN offered o ON o.account_id = w.from_account_id
    AND o.high - o.quantity < w.high AND w.high - w.quantity < o.high;
WITH used AS (DELETE FROM bare_block WHERE id IN (SELECT block_id FROM bare_piece) RETURNING *),
gone AS (SELECT block_id, max(upper(serials)) AS until FROM bare_piece GROUP BY block_id)
INSERT INTO bare_block (asset_id, account_id, serials, batch_id, arrived)
SELECT asset_id, account_id, int8range(until, upper(serials)), batch_id, arrived
FROM used JOIN gone ON block_id = id WHERE until < upper(serials);
INSERT INTO bare_block (asset_id, account_id, serials, arrived)
SELECT %(asset)s, to_account_id, serials, transfer_id FROM bare_piece;
INSERT INTO bare_movement (transfer_id, asset_id, serials) SELECT transfer_id, %(asset)s, serials FROM bare_piece;
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


def batch(asset: int, rows: Sequence[tuple[int, int, int]], keys: Sequence[str], *, serialised: bool = False) -> None:
    """One transaction: one statement, and those of the serial numbers where the units have some."""
    columns = [[row[place] for row in rows] for place in range(3)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BATCH, [*columns, list(keys), asset, asset, asset])
        if cursor.rowcount != 2 * len(rows):
            raise RuntimeError(f"{cursor.rowcount} postings of {len(rows)} transfers")
        if serialised:
            for statement in SERIALS.split(";\n"):
                if statement.strip():
                    cursor.execute(statement, {"rows": len(rows), "asset": asset})
            cursor.execute("SELECT sum(upper(serials) - lower(serials)) FROM bare_piece")
            if cursor.fetchone() != (sum(quantity for _, _, quantity in rows),):
                raise RuntimeError("serial numbers were lost")
