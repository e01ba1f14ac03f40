"""Passages as leaves of the transparency log."""

from __future__ import annotations

from tanheng.transparency import sources

PASSAGE = 12

OUTBOX = f"""
CREATE TRIGGER credit_passage_to_log AFTER INSERT ON credit_cases_passage
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION transparency_enqueue('{PASSAGE}');
"""
OUTBOX_UNDONE = "DROP TRIGGER credit_passage_to_log ON credit_cases_passage;"

_BODY = """
SELECT id, books_canonical_json(jsonb_build_object(
    'id', id, 'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'kind', kind, 'case', "case",
    'called', called, 'step', step, 'source', source, 'target', target, 'reason', reason, 'given', given, 'by', by_id,
    'second_by', second_by_id, 'approval', approval, 'public', public, 'salt', salt))
FROM credit_cases_passage WHERE id = ANY(%s)
"""


def register() -> None:
    """Tell the log how passages become leaves."""
    ids = "SELECT id FROM credit_cases_passage WHERE id > %s ORDER BY id"
    sources.register(PASSAGE, "passage of a case", _BODY, ids_sql=ids)
