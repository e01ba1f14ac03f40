"""Issuances and corrections as leaves of the transparency log."""

from __future__ import annotations

from tanheng.transparency import sources

ISSUANCE, CORRECTION = 17, 18

OUTBOX = f"""
CREATE TRIGGER credit_issuance_to_log AFTER INSERT ON credit_projects_issuance
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION transparency_enqueue('{ISSUANCE}');
CREATE TRIGGER credit_correction_to_log AFTER INSERT ON credit_projects_correction
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION transparency_enqueue('{CORRECTION}');
"""
OUTBOX_UNDONE = """
DROP TRIGGER credit_issuance_to_log ON credit_projects_issuance;
DROP TRIGGER credit_correction_to_log ON credit_projects_correction;
"""

_AT = """to_char(i.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_ISSUANCE_BODY = f"""
SELECT i.id, books_canonical_json(jsonb_build_object(
    'id', i.id, 'at', {_AT}, 'project', p.number, 'report', i.report_id, 'vintage', i.vintage,
    'quantity', i.quantity, 'buffer_quantity', i.buffer_quantity, 'transfer', i.transfer_id,
    'buffer_transfer', i.buffer_transfer_id, 'by', i.by_id, 'second_by', i.second_by_id, 'approval', i.approval,
    'salt', i.salt))
FROM credit_projects_issuance i JOIN credit_projects_project p ON p.id = i.project_id WHERE i.id = ANY(%s)
"""
_CORRECTION_BODY = f"""
SELECT i.id, books_canonical_json(jsonb_build_object(
    'id', i.id, 'at', {_AT}, 'issuance', i.issuance_id, 'kind', i.kind, 'quantity', i.quantity, 'by', i.by_id,
    'second_by', i.second_by_id, 'approval', i.approval, 'salt', i.salt))
FROM credit_projects_correction i WHERE i.id = ANY(%s)
"""
_IDS = "SELECT id FROM {} WHERE id > %s ORDER BY id"


def register() -> None:
    """Tell the log how both kinds of rows become leaves."""
    sources.register(ISSUANCE, "issuance of credits", _ISSUANCE_BODY, ids_sql=_IDS.format("credit_projects_issuance"))
    sources.register(
        CORRECTION, "correction of an issuance", _CORRECTION_BODY, ids_sql=_IDS.format("credit_projects_correction")
    )
