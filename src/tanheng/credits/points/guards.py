"""What the database itself refuses in the records of points, as SQL; the migration puts it there.

A grant says what a transfer of the ledger says; a day is granted once and stays granted; used points go to
cancellation or back and nowhere else. Only an erasure takes rows of a person away.
"""

from __future__ import annotations

GRANTS = """
CREATE FUNCTION credit_granted_says_the_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong bigint;
BEGIN
    SELECT g.id INTO wrong FROM added g
        JOIN credit_points_granting n ON n.id = g.granting_id
        JOIN credit_points_person p ON p.id = g.person_id
        LEFT JOIN ledger_transfer t ON t.id = g.transfer_id
        LEFT JOIN ledger_account f ON f.id = t.from_account_id
        LEFT JOIN ledger_asset a ON a.id = t.asset_id
        WHERE NOT coalesce(t.kind = 1 AND t.purpose = 'issue' AND t.quantity = g.points AND t.asset_id = n.asset_id
            AND t.to_account_id = p.account_id AND f.issues_id = n.asset_id
            AND a.kind = 'points' AND a.life_months BETWEEN 1 AND 120, false)
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'granted % is refused: no transfer of the ledger gives this person these points, of a life of '
            'at most 120 months', wrong USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER credit_granted_says_the_transfer AFTER INSERT ON credit_points_granted
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION credit_granted_says_the_transfer();

CREATE FUNCTION credit_days_are_what_was_granted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong bigint;
BEGIN
    SELECT g.id INTO wrong FROM credit_points_granted g JOIN (
            SELECT d.granted_id, sum(d.points) AS points, min(d.person_id) AS first, max(d.person_id) AS last
            FROM credit_points_grantedday d WHERE d.granted_id IN (SELECT granted_id FROM added)
            GROUP BY d.granted_id) s ON s.granted_id = g.id
        WHERE s.points <> g.points OR s.first <> g.person_id OR s.last <> g.person_id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'days of granted % are refused: they are not this person''s, or do not add up to its points',
            wrong USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER credit_days_are_what_was_granted AFTER INSERT ON credit_points_grantedday
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION credit_days_are_what_was_granted();

-- At the end of the transaction a granting is the sum of what it gave.
CREATE FUNCTION credit_granting_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said record;
BEGIN
    SELECT count(*) AS persons, coalesce(sum(points), 0) AS points INTO said
        FROM credit_points_granted WHERE granting_id = NEW.id;
    IF (said.persons, said.points) IS DISTINCT FROM (NEW.persons::bigint, NEW.points::numeric)
       OR (SELECT (count(*), coalesce(sum(d.points), 0), coalesce(sum(d.reduction_g), 0))
           FROM credit_points_grantedday d JOIN credit_points_granted g ON g.id = d.granted_id
           WHERE g.granting_id = NEW.id)
          IS DISTINCT FROM (NEW.days::bigint, NEW.points::numeric, NEW.reduction_g::numeric)
    THEN
        RAISE EXCEPTION 'granting % is refused: what it gave persons does not add up to it', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER credit_granting_adds_up AFTER INSERT ON credit_points_granting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION credit_granting_adds_up();

CREATE TRIGGER credit_granting_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_points_granting
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
CREATE TRIGGER credit_granted_stays BEFORE UPDATE OR TRUNCATE ON credit_points_granted
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
CREATE TRIGGER credit_day_stays BEFORE UPDATE OR TRUNCATE ON credit_points_grantedday
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
CREATE TRIGGER credit_erasure_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_points_erasure
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();

CREATE FUNCTION credit_gone_by_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM gone g WHERE NOT EXISTS (
            SELECT FROM credit_points_erasure e WHERE e.person_id = g.person_id)) THEN
        RAISE EXCEPTION 'DELETE of % is refused: only the erasure of a person takes it away', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER credit_granted_gone AFTER DELETE ON credit_points_granted
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION credit_gone_by_erasure();
CREATE TRIGGER credit_day_gone AFTER DELETE ON credit_points_grantedday
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION credit_gone_by_erasure();
CREATE TRIGGER credit_mandate_gone AFTER DELETE ON credit_points_mandate
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION credit_gone_by_erasure();
"""
GRANTS_UNDONE = """
DROP TRIGGER credit_mandate_gone ON credit_points_mandate;
DROP TRIGGER credit_day_gone ON credit_points_grantedday;
DROP TRIGGER credit_granted_gone ON credit_points_granted;
DROP FUNCTION credit_gone_by_erasure();
DROP TRIGGER credit_erasure_stays ON credit_points_erasure;
DROP TRIGGER credit_day_stays ON credit_points_grantedday;
DROP TRIGGER credit_granted_stays ON credit_points_granted;
DROP TRIGGER credit_granting_stays ON credit_points_granting;
DROP TRIGGER credit_granting_adds_up ON credit_points_granting;
DROP FUNCTION credit_granting_adds_up();
DROP TRIGGER credit_days_are_what_was_granted ON credit_points_grantedday;
DROP FUNCTION credit_days_are_what_was_granted();
DROP TRIGGER credit_granted_says_the_transfer ON credit_points_granted;
DROP FUNCTION credit_granted_says_the_transfer();
"""

PERSONS = r"""
CREATE FUNCTION credit_person_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF NOT EXISTS (SELECT FROM credit_points_erasure WHERE person_id = OLD.id) THEN
            RAISE EXCEPTION 'DELETE of person % is refused: a person is erased, with all that is theirs', OLD.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE'
          AND (NEW.id, NEW.pseudonym, NEW.account_id) IS DISTINCT FROM (OLD.id, OLD.pseudonym, OLD.account_id)
       OR EXISTS (SELECT FROM credit_points_erasure
                  WHERE pseudonym_hash = sha256(convert_to(NEW.pseudonym::text, 'UTF8')))
       OR NOT EXISTS (SELECT FROM ledger_account WHERE id = NEW.account_id AND type_id = 'points' AND owner_id IS NULL)
    THEN
        RAISE EXCEPTION 'person % is refused: pseudonym and account stay as they are, the account is the registry''s '
            'own, and who was erased does not come back', NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_person_stays BEFORE INSERT OR UPDATE OR DELETE ON credit_points_person
    FOR EACH ROW EXECUTE FUNCTION credit_person_stays();

-- A mandate ends, and a new one begins; nothing is dated back.
CREATE FUNCTION credit_mandate_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.person_id, NEW.application_id, NEW.reference, NEW.since)
       IS DISTINCT FROM (OLD.id, OLD.person_id, OLD.application_id, OLD.reference, OLD.since)
       OR OLD.withdrawn_at IS NOT NULL
    THEN
        RAISE EXCEPTION 'mandate % is refused: it is withdrawn once, and nothing else of it changes', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_mandate_ends_once BEFORE UPDATE ON credit_points_mandate
    FOR EACH ROW EXECUTE FUNCTION credit_mandate_ends_once();

-- What looks like a mobile number, an identity card or an address of mail is no reference, whoever writes it.
ALTER TABLE credit_points_mandate ADD CONSTRAINT credit_reference_is_a_number CHECK (
    reference ~ '^[A-Za-z0-9_-]{6,64}$'
    AND regexp_replace(reference, '[_-]', '', 'g') !~ '^(0{0,2}86)?1[3-9][0-9]{9}$'
    AND reference !~ '(^|[^0-9])(0{0,2}86)?1[3-9][0-9]{9}([^0-9]|$)'
    AND reference !~ '(^|[^0-9])[1-9][0-9]{16}[0-9Xx]([^0-9]|$)');
"""
PERSONS_UNDONE = """
ALTER TABLE credit_points_mandate DROP CONSTRAINT credit_reference_is_a_number;
DROP TRIGGER credit_mandate_ends_once ON credit_points_mandate;
DROP FUNCTION credit_mandate_ends_once();
DROP TRIGGER credit_person_stays ON credit_points_person;
DROP FUNCTION credit_person_stays();
"""

SHOP = """
-- Points are set aside by the person who uses them: from whose account, the ledger says.
CREATE FUNCTION credit_redemption_says_the_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_transfer t JOIN credit_points_person p ON p.account_id = t.from_account_id
                   JOIN ledger_account r ON r.id = t.to_account_id
                   WHERE t.id = NEW.transfer_id AND p.id = NEW.person_id AND t.kind = 2 AND t.purpose = 'spend'
                     AND t.quantity = NEW.points AND r.type_id = 'retirement')
       OR NEW.state <> 'used'
    THEN
        RAISE EXCEPTION 'redemption is refused: no reservation of the ledger sets these points of this person aside'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_redemption_says_the_transfer BEFORE INSERT ON credit_points_redemption
    FOR EACH ROW EXECUTE FUNCTION credit_redemption_says_the_transfer();

CREATE FUNCTION credit_redemption_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.number, NEW.good_id, NEW.application_id, NEW.quantity, NEW.points, NEW.at, NEW.transfer_id, NEW.key)
       IS DISTINCT FROM
       (OLD.id, OLD.number, OLD.good_id, OLD.application_id, OLD.quantity, OLD.points, OLD.at, OLD.transfer_id, OLD.key)
       OR NEW.person_id IS DISTINCT FROM OLD.person_id AND NOT (NEW.person_id IS NULL AND EXISTS (
            SELECT FROM credit_points_erasure WHERE person_id = OLD.person_id))
       OR OLD.state <> 'used'
          AND (NEW.state, NEW.gathering_id, NEW.why) IS DISTINCT FROM (OLD.state, OLD.gathering_id, OLD.why)
       OR NEW.state <> OLD.state AND NOT EXISTS (
            SELECT FROM ledger_transfer t WHERE t.pending_id = NEW.transfer_id AND t.quantity = NEW.points
              AND t.kind = CASE NEW.state WHEN 'cancelled' THEN 3 ELSE 4 END)
    THEN
        RAISE EXCEPTION 'redemption % is refused: it ends once, as its reservation in the ledger does', OLD.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_redemption_ends_once BEFORE UPDATE ON credit_points_redemption
    FOR EACH ROW EXECUTE FUNCTION credit_redemption_ends_once();
CREATE TRIGGER credit_redemption_stays BEFORE DELETE OR TRUNCATE ON credit_points_redemption
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();

CREATE FUNCTION credit_gathering_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT (count(*), coalesce(sum(points), 0)) FROM credit_points_redemption WHERE gathering_id = NEW.id)
       IS DISTINCT FROM (NEW.redemptions::bigint, NEW.points::numeric)
    THEN
        RAISE EXCEPTION 'gathering % is refused: its redemptions do not add up to it', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER credit_gathering_adds_up AFTER INSERT ON credit_points_gathering
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION credit_gathering_adds_up();
CREATE TRIGGER credit_gathering_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_points_gathering
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
"""
SHOP_UNDONE = """
DROP TRIGGER credit_gathering_stays ON credit_points_gathering;
DROP TRIGGER credit_gathering_adds_up ON credit_points_gathering;
DROP FUNCTION credit_gathering_adds_up();
DROP TRIGGER credit_redemption_stays ON credit_points_redemption;
DROP TRIGGER credit_redemption_ends_once ON credit_points_redemption;
DROP FUNCTION credit_redemption_ends_once();
DROP TRIGGER credit_redemption_says_the_transfer ON credit_points_redemption;
DROP FUNCTION credit_redemption_says_the_transfer();
"""
