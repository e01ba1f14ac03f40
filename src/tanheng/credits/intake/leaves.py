"""Batches of events, and what was worked out of them, as leaves of the transparency log."""

from __future__ import annotations

from tanheng.transparency import sources

BATCH, WORKED_OUT = 19, 20

OUTBOX = f"""
CREATE TRIGGER credit_batch_to_log AFTER INSERT ON credit_intake_batch
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION transparency_enqueue('{BATCH}');
CREATE TRIGGER credit_worked_out_to_log AFTER INSERT ON credit_intake_workedout
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION transparency_enqueue('{WORKED_OUT}');
"""
OUTBOX_UNDONE = """
DROP TRIGGER credit_batch_to_log ON credit_intake_batch;
DROP TRIGGER credit_worked_out_to_log ON credit_intake_workedout;
"""

_AT = """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
# Of what was sent its hashes, not the events: the log tells of no person.
_BATCH = f"""
SELECT id, books_canonical_json(jsonb_build_object(
    'id', id, 'at', {_AT}, 'application', application_id, 'sandbox', sandbox, 'body', body_digest,
    'file', file_digest, 'lines', lines, 'taken', taken, 'copies', copies, 'refused', refused,
    'by', by_id, 'by_key', by_key_id, 'salt', salt))
FROM credit_intake_batch WHERE id = ANY(%s)
"""
_WORKED_OUT = f"""
SELECT id, books_canonical_json(jsonb_build_object(
    'id', id, 'at', {_AT}, 'address', address, 'first', first, 'last', last, 'up_to', up_to,
    'methodologies', methodologies, 'totals', totals, 'results', results_digest, 'by', by_id, 'salt', salt))
FROM credit_intake_workedout WHERE id = ANY(%s)
"""


def register() -> None:
    """Tell the log how they become leaves."""
    for kind, name, body, table in (
        (BATCH, "batch of events", _BATCH, "credit_intake_batch"),
        (WORKED_OUT, "reductions worked out of events", _WORKED_OUT, "credit_intake_workedout"),
    ):
        sources.register(kind, name, body, ids_sql=f"SELECT id FROM {table} WHERE id > %s ORDER BY id")
