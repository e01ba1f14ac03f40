"""Published decisions and withdrawals as leaves of the transparency log."""

from __future__ import annotations

from tanheng.transparency import sources

PUBLISHED, WITHDRAWN = 10, 11

OUTBOX = f"""
CREATE TRIGGER decisions_published_to_log AFTER INSERT ON decisions_publisheddecision
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION transparency_enqueue('{PUBLISHED}');
CREATE TRIGGER decisions_withdrawn_to_log AFTER INSERT ON decisions_withdrawndecision
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION transparency_enqueue('{WITHDRAWN}');
"""
OUTBOX_UNDONE = """
DROP TRIGGER decisions_published_to_log ON decisions_publisheddecision;
DROP TRIGGER decisions_withdrawn_to_log ON decisions_withdrawndecision;
"""

_AT = """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
PUBLISHED_BODY = f"""
SELECT id, books_canonical_json(jsonb_build_object(
    'id', id, 'at', {_AT}, 'run', run, 'city', city, 'year', year, 'measure', measure, 'decision', decision,
    'turn', turn, 'subject', subject, 'about', about_id,
    'proposes', jsonb_build_object('en', proposes_en, 'zh', proposes_zh),
    'because', jsonb_build_object('en', because_en, 'zh', because_zh),
    'rule', rule, 'rulebook', rulebook, 'rulebook_digest', rulebook_digest, 'trust', trust,
    'demonstration', demonstration, 'public', public, 'reason', reason,
    'published_by', published_by_id, 'second_by', second_by_id, 'approval', approval, 'salt', salt))
FROM decisions_publisheddecision WHERE id = ANY(%s)
"""
WITHDRAWN_BODY = f"""
SELECT id, books_canonical_json(jsonb_build_object(
    'id', id, 'at', {_AT}, 'decision', decision_id, 'reason', reason,
    'withdrawn_by', withdrawn_by_id, 'second_by', second_by_id, 'approval', approval, 'salt', salt))
FROM decisions_withdrawndecision WHERE id = ANY(%s)
"""
_IDS = "SELECT id FROM {} WHERE id > %s ORDER BY id"


def register() -> None:
    """Tell the log how both kinds of rows become leaves."""
    sources.register(
        PUBLISHED, "published decision", PUBLISHED_BODY, ids_sql=_IDS.format("decisions_publisheddecision")
    )
    sources.register(
        WITHDRAWN, "withdrawal of a decision", WITHDRAWN_BODY, ids_sql=_IDS.format("decisions_withdrawndecision")
    )
