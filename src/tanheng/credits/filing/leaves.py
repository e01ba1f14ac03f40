"""What experts and the public said, as leaves of the transparency log: nothing that was said can vanish."""

from __future__ import annotations

from tanheng.transparency import sources

OPINION, COMMENT = 15, 16

OUTBOX = f"""
CREATE TRIGGER credit_opinion_to_log AFTER INSERT ON credit_filing_expertopinion
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION transparency_enqueue('{OPINION}');
CREATE TRIGGER credit_comment_to_log AFTER INSERT ON credit_filing_publiccomment
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION transparency_enqueue('{COMMENT}');
"""
OUTBOX_UNDONE = """
DROP TRIGGER credit_opinion_to_log ON credit_filing_expertopinion;
DROP TRIGGER credit_comment_to_log ON credit_filing_publiccomment;
"""

_AT = """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_OPINION = f"""
SELECT id, books_canonical_json(jsonb_build_object(
    'id', id, 'at', {_AT}, 'methodology', case_id, 'expert', expert_id, 'digest', digest, 'verdict', verdict,
    'text', text, 'salt', salt))
FROM credit_filing_expertopinion WHERE id = ANY(%s)
"""
# Without ``shown``: a leaf is of what never changes.
_COMMENT = f"""
SELECT id, books_canonical_json(jsonb_build_object(
    'id', id, 'at', {_AT}, 'methodology', case_id, 'name', name, 'text', text, 'salt', salt))
FROM credit_filing_publiccomment WHERE id = ANY(%s)
"""
_IDS = "SELECT id FROM {} WHERE id > %s ORDER BY id"


def register() -> None:
    """Tell the log how both kinds of rows become leaves."""
    sources.register(OPINION, "opinion of an expert", _OPINION, ids_sql=_IDS.format("credit_filing_expertopinion"))
    sources.register(COMMENT, "public comment", _COMMENT, ids_sql=_IDS.format("credit_filing_publiccomment"))
