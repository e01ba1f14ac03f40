"""Grantings and cancellations of points as leaves of the transparency log: sums, and nothing of a person."""

from __future__ import annotations

from tanheng.transparency import sources

GRANTING, GATHERING = 21, 22

OUTBOX = f"""
CREATE TRIGGER credit_granting_to_log AFTER INSERT ON credit_points_granting
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION transparency_enqueue('{GRANTING}');
CREATE TRIGGER credit_gathering_to_log AFTER INSERT ON credit_points_gathering
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION transparency_enqueue('{GATHERING}');
"""
OUTBOX_UNDONE = """
DROP TRIGGER credit_gathering_to_log ON credit_points_gathering;
DROP TRIGGER credit_granting_to_log ON credit_points_granting;
"""

_AT = """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_GRANTING = f"""
SELECT id, books_canonical_json(jsonb_build_object(
    'id', id, 'at', {_AT}, 'run', run, 'asset', asset_id, 'persons', persons, 'days', days,
    'reduction_g', reduction_g, 'points', points, 'parts', parts, 'digest', digest, 'salt', salt))
FROM credit_points_granting WHERE id = ANY(%s)
"""
_GATHERING = f"""
SELECT id, books_canonical_json(jsonb_build_object(
    'id', id, 'at', {_AT}, 'redemptions', redemptions, 'points', points, 'salt', salt))
FROM credit_points_gathering WHERE id = ANY(%s)
"""


def register() -> None:
    """Tell the log how these rows become leaves."""
    ids = "SELECT id FROM {} WHERE id > %s ORDER BY id"
    sources.register(GRANTING, "granting of points", _GRANTING, ids_sql=ids.format("credit_points_granting"))
    sources.register(
        GATHERING, "cancellation of used points", _GATHERING, ids_sql=ids.format("credit_points_gathering")
    )
