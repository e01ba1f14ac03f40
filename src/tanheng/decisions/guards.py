"""What the database itself refuses in the records of decisions, as SQL; the migration puts it there."""

from __future__ import annotations

APPEND_ONLY = """
CREATE TRIGGER decisions_published_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions_publisheddecision
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
CREATE TRIGGER decisions_withdrawn_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON decisions_withdrawndecision
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
"""
APPEND_ONLY_UNDONE = """
DROP TRIGGER decisions_published_stays ON decisions_publisheddecision;
DROP TRIGGER decisions_withdrawn_stays ON decisions_withdrawndecision;
"""

# A decision is published again only when the time before was withdrawn, whoever asks at the same moment.
IN_TURN = """
CREATE FUNCTION decisions_in_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) FROM decisions_publisheddecision p
        JOIN decisions_withdrawndecision w ON w.decision_id = p.id
        WHERE p.city = NEW.city AND p.measure = NEW.measure AND p.decision = NEW.decision) <> NEW.turn
    THEN
        RAISE EXCEPTION 'decision % is refused: it is published and was not withdrawn', NEW.decision
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decisions_in_turn BEFORE INSERT ON decisions_publisheddecision
    FOR EACH ROW EXECUTE FUNCTION decisions_in_turn();
"""
IN_TURN_UNDONE = """
DROP TRIGGER decisions_in_turn ON decisions_publisheddecision;
DROP FUNCTION decisions_in_turn();
"""
