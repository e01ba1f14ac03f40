"""Claims as leaves of the transparency log: who claimed what for which days, and that it was not altered since."""

from __future__ import annotations

from tanheng.transparency import sources

CLAIM, IMPORTED = 13, 14

OUTBOX = f"""
CREATE TRIGGER credit_claim_to_log AFTER INSERT ON credit_overlaps_claim
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION transparency_enqueue('{CLAIM}');
CREATE TRIGGER credit_imported_to_log AFTER INSERT ON credit_overlaps_importedtable
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION transparency_enqueue('{IMPORTED}');
"""
OUTBOX_UNDONE = """
DROP TRIGGER credit_claim_to_log ON credit_overlaps_claim;
DROP TRIGGER credit_imported_to_log ON credit_overlaps_importedtable;
"""

_AT = """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
# What a release changes is no part of it: that is in the audit trail, which is in the log as well.
CLAIM_BODY = f"""
SELECT id, books_canonical_json(jsonb_build_object(
    'id', id, 'at', {_AT}, 'holder_kind', holder_kind, 'holder_key', holder_key, 'holder_name', holder_name,
    'organisation', organisation_id, 'stage', stage, 'scope', scope, 'told', told, 'key', key, 'activity', activity,
    'first', to_char(lower(during), 'YYYY-MM-DD'), 'last', to_char(upper(during) - 1, 'YYYY-MM-DD'),
    'quantity', quantity::text, 'unit', unit, 'place', place::text, 'apart', apart, 'claimed_by', claimed_by_id,
    'salt', salt))
FROM credit_overlaps_claim WHERE id = ANY(%s)
"""
IMPORTED_BODY = f"""
SELECT id, books_canonical_json(jsonb_build_object(
    'id', id, 'at', {_AT}, 'registry', registry, 'table', "table", 'file', file, 'sha256', sha256,
    'as_of', to_char(as_of, 'YYYY-MM-DD'), 'rows', "rows", 'taken', taken, 'findings', findings_count,
    'taken_by', taken_by_id, 'salt', salt))
FROM credit_overlaps_importedtable WHERE id = ANY(%s)
"""
_IDS = "SELECT id FROM {} WHERE id > %s ORDER BY id"


def register() -> None:
    """Tell the log how claims and imported tables become leaves."""
    sources.register(CLAIM, "claim", CLAIM_BODY, ids_sql=_IDS.format("credit_overlaps_claim"))
    sources.register(
        IMPORTED,
        "table of another registry",
        IMPORTED_BODY,
        ids_sql=_IDS.format("credit_overlaps_importedtable"),
    )
