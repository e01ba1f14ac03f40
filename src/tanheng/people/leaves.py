"""The audit trail as leaves of the transparency log: an outbox row with each entry, and an entry's canonical bytes.

``books_canonical_json(jsonb)`` writes a value as text with sorted keys and no white space, for other bodies as well.
"""

from __future__ import annotations

from tanheng.transparency import sources

AUDIT_ENTRY = 1

CANONICAL_JSON = """
CREATE FUNCTION books_canonical_json(value jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE STRICT AS $$
BEGIN
    IF jsonb_typeof(value) = 'object' THEN
        RETURN '{' || coalesce((
            SELECT string_agg(to_json(key)::text || ':' || books_canonical_json(item), ',' ORDER BY key COLLATE "C")
            FROM jsonb_each(value) AS each(key, item)), '') || '}';
    ELSIF jsonb_typeof(value) = 'array' THEN
        RETURN '[' || coalesce((
            SELECT string_agg(books_canonical_json(item), ',' ORDER BY place)
            FROM jsonb_array_elements(value) WITH ORDINALITY AS each(item, place)), '') || ']';
    END IF;
    RETURN value::text;
END $$;
"""
CANONICAL_JSON_UNDONE = "DROP FUNCTION books_canonical_json(jsonb);"

# What was written before there was a log comes first.
OUTBOX = f"""
INSERT INTO transparency_pending (kind, ref) SELECT {AUDIT_ENTRY}, id FROM people_audit_entry ORDER BY id;
CREATE TRIGGER people_audit_entry_to_log AFTER INSERT ON people_audit_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION transparency_enqueue('{AUDIT_ENTRY}');
"""
OUTBOX_UNDONE = "DROP TRIGGER people_audit_entry_to_log ON people_audit_entry;"

BODY = """
SELECT id, books_canonical_json(jsonb_build_object(
    'id', id,
    'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'actor', actor_id,
    'organisation', organisation_id,
    'action', action,
    'subject', subject,
    'old', old,
    'new', new,
    'origin', origin,
    'salt', salt))
FROM people_audit_entry WHERE id = ANY(%s)
"""
IDS = "SELECT id FROM people_audit_entry WHERE id > %s ORDER BY id"


def register() -> None:
    """Tell the log how an entry of the audit trail becomes a leaf."""
    sources.register(AUDIT_ENTRY, "audit entry", BODY, ids_sql=IDS)
