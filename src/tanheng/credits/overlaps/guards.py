"""What the database itself refuses of claims, whoever asks: a day claimed twice, a claim changed or removed."""

from __future__ import annotations

# The exclusion constraints refuse what nobody has looked at. Where two persons said that two things only look alike,
# claims stand apart from each other, and this looks up that they said so about each of those that it meets. The lock
# makes two who come at the same moment look one after the other.
ONCE = """
CREATE FUNCTION credit_claim_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    other record;
BEGIN
    IF NEW.scope = 'place' THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.scope || ' ' || NEW.key, 28));
    FOR other IN
        SELECT c.holder_kind, c.holder_key, c.holder_name, c.during FROM credit_overlaps_claim c
        WHERE c.scope = NEW.scope AND c.key = NEW.key AND c.released_at IS NULL AND c.during && NEW.during
            AND (c.holder_kind, c.holder_key) <> (NEW.holder_kind, NEW.holder_key)
            AND NOT EXISTS (
                SELECT 1 FROM credit_overlaps_foundoverlap f
                WHERE f.state = 'accepted' AND f.scope = NEW.scope AND f.key = NEW.key
                    AND f.during @> (c.during * NEW.during)
                    AND ((f.holder_kind, f.holder_key, f.other_kind, f.other_key)
                            = (NEW.holder_kind, NEW.holder_key, c.holder_kind, c.holder_key)
                        OR (f.holder_kind, f.holder_key, f.other_kind, f.other_key)
                            = (c.holder_kind, c.holder_key, NEW.holder_kind, NEW.holder_key)))
    LOOP
        RAISE EXCEPTION '% % is refused: % % claims it %', NEW.scope, NEW.key, other.holder_kind, other.holder_key,
            other.during USING ERRCODE = 'exclusion_violation';
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_claim_once BEFORE INSERT ON credit_overlaps_claim
    FOR EACH ROW EXECUTE FUNCTION credit_claim_once();
"""
ONCE_UNDONE = """
DROP TRIGGER credit_claim_once ON credit_overlaps_claim;
DROP FUNCTION credit_claim_once();
"""

STAYS = """
CREATE FUNCTION credit_claim_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.released_at IS NOT NULL OR NEW.released_at IS NULL
        OR to_jsonb(NEW) - 'released_at' - 'released_why' <> to_jsonb(OLD) - 'released_at' - 'released_why'
    THEN
        RAISE EXCEPTION 'claim % is refused: a claim is written once, and released once', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_claim_stays BEFORE UPDATE ON credit_overlaps_claim
    FOR EACH ROW EXECUTE FUNCTION credit_claim_stays();
CREATE TRIGGER credit_claim_never_gone BEFORE DELETE OR TRUNCATE ON credit_overlaps_claim
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
"""
STAYS_UNDONE = """
DROP TRIGGER credit_claim_never_gone ON credit_overlaps_claim;
DROP TRIGGER credit_claim_stays ON credit_overlaps_claim;
DROP FUNCTION credit_claim_stays();
"""

# Of a finding only the state changes: what was looked at and found is what two persons confirm.
FINDING_STAYS = """
CREATE FUNCTION credit_overlap_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'state' <> to_jsonb(OLD) - 'state' THEN
        RAISE EXCEPTION 'overlap % is refused: what was found stays as it was found', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_overlap_stays BEFORE UPDATE ON credit_overlaps_foundoverlap
    FOR EACH ROW EXECUTE FUNCTION credit_overlap_stays();
CREATE TRIGGER credit_overlap_never_gone BEFORE DELETE OR TRUNCATE ON credit_overlaps_foundoverlap
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
"""
FINDING_STAYS_UNDONE = """
DROP TRIGGER credit_overlap_never_gone ON credit_overlaps_foundoverlap;
DROP TRIGGER credit_overlap_stays ON credit_overlaps_foundoverlap;
DROP FUNCTION credit_overlap_stays();
"""

# What another registry's table said when it was taken in.
IMPORT_STAYS = "".join(
    f"""
CREATE TRIGGER credit_{table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_overlaps_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
"""
    for table in ("importedtable", "foreignproject", "foreignissuance", "foreignretirement", "importfinding")
)
IMPORT_STAYS_UNDONE = "".join(
    f"DROP TRIGGER credit_{table}_stays ON credit_overlaps_{table};\n"
    for table in ("importedtable", "foreignproject", "foreignissuance", "foreignretirement", "importfinding")
)
