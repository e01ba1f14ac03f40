"""What the database itself refuses in the records of projects, as SQL; the migrations put it there."""

from __future__ import annotations

APPEND_ONLY = """
CREATE TRIGGER credit_issuance_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_projects_issuance
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
CREATE TRIGGER credit_correction_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_projects_correction
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
CREATE TRIGGER credit_return_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_projects_return
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
"""
APPEND_ONLY_UNDONE = """
DROP TRIGGER credit_issuance_stays ON credit_projects_issuance;
DROP TRIGGER credit_correction_stays ON credit_projects_correction;
DROP TRIGGER credit_return_stays ON credit_projects_return;
"""

# What was submitted is what was validated, and what was registered is what is credited.
PROJECT = """
CREATE FUNCTION credit_project_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND
       (OLD.organisation_id, OLD.programme_id, OLD.number, OLD.name, OLD.description, OLD.methodology, OLD.version,
        OLD.crediting, OLD.place_name, OLD.place, OLD.devices, OLD.beneficiary, OLD.elsewhere, OLD.estimated_t,
        OLD.source)
       IS DISTINCT FROM
       (NEW.organisation_id, NEW.programme_id, NEW.number, NEW.name, NEW.description, NEW.methodology, NEW.version,
        NEW.crediting, NEW.place_name, NEW.place, NEW.devices, NEW.beneficiary, NEW.elsewhere, NEW.estimated_t,
        NEW.source)
    THEN
        RAISE EXCEPTION 'project %: its description is fixed since it was submitted', OLD.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.validator_id IS DISTINCT FROM NEW.validator_id AND OLD.state <> 'draft' AND NEW.state <> 'draft' THEN
        RAISE EXCEPTION 'project %: its validator is fixed since it was submitted', OLD.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('registered', 'suspended', 'closed') AND
       (OLD.account_id, OLD.registered_on, OLD.validated_on, OLD.methodology_digest)
       IS DISTINCT FROM (NEW.account_id, NEW.registered_on, NEW.validated_on, NEW.methodology_digest)
    THEN
        RAISE EXCEPTION 'project %: what it was registered with is fixed', OLD.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_project_fixed BEFORE UPDATE ON credit_projects_project
    FOR EACH ROW EXECUTE FUNCTION credit_project_fixed();
"""
PROJECT_UNDONE = """
DROP TRIGGER credit_project_fixed ON credit_projects_project;
DROP FUNCTION credit_project_fixed();
"""

# Who validated the project does not verify its reports; values are those that were submitted; no report is verified
# without a confirmed figure for each of its years, nor counts as issued without the issuances.
REPORT = """
CREATE FUNCTION credit_report_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of credit_projects_project;
BEGIN
    SELECT * INTO of FROM credit_projects_project WHERE id = NEW.project_id FOR SHARE;
    IF NEW.organisation_id <> of.organisation_id OR NOT NEW.period <@ of.crediting THEN
        RAISE EXCEPTION 'a report is refused: of another organisation, or of days outside the crediting period of %',
            of.number USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.verifier_id = of.validator_id THEN
        RAISE EXCEPTION 'a report is refused: its verifier validated the project %', of.number
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF of.state <> 'registered' THEN
            RAISE EXCEPTION 'a report is refused: the project % is %', of.number, of.state
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.project_id, OLD.organisation_id, OLD.turn) IS DISTINCT FROM (NEW.project_id, NEW.organisation_id, NEW.turn)
       OR OLD.state <> 'draft' AND
       (OLD.period, OLD."values", OLD.result, OLD.methodology_digest, OLD.source) IS DISTINCT FROM
       (NEW.period, NEW."values", NEW.result, NEW.methodology_digest, NEW.source)
       OR OLD.verifier_id IS DISTINCT FROM NEW.verifier_id AND OLD.state <> 'draft' AND NEW.state <> 'draft'
    THEN
        RAISE EXCEPTION 'report %: what was submitted is fixed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> NEW.state AND NEW.state IN ('verified', 'recorded') AND (
        NOT EXISTS (SELECT FROM credit_projects_reportyear y WHERE y.report_id = NEW.id)
        OR EXISTS (SELECT FROM credit_projects_reportyear y WHERE y.report_id = NEW.id AND y.verified_t IS NULL)) THEN
        RAISE EXCEPTION 'report %: a year of it has no confirmed figure', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'recorded' AND (NEW.source = '' OR of.source = '') THEN
        RAISE EXCEPTION 'report %: only what has a public record is taken over from it', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state IN ('submitted', 'verified', 'reviewed') AND NEW.source <> '' THEN
        RAISE EXCEPTION 'report %: what is taken over from a public record was not verified here', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> NEW.state AND NEW.state = 'issued' AND (
        NOT EXISTS (SELECT FROM credit_projects_issuance i WHERE i.report_id = NEW.id)
        OR EXISTS (SELECT FROM credit_projects_reportyear y WHERE y.report_id = NEW.id AND y.verified_t > 0
                   AND NOT EXISTS (SELECT FROM credit_projects_issuance i
                                   WHERE i.report_id = NEW.id AND i.vintage = y.year))) THEN
        RAISE EXCEPTION 'report %: not all of its years are issued', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_report_fixed BEFORE INSERT OR UPDATE ON credit_projects_report
    FOR EACH ROW EXECUTE FUNCTION credit_report_fixed();

CREATE FUNCTION credit_report_year_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of credit_projects_report;
BEGIN
    SELECT * INTO of FROM credit_projects_report
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.report_id ELSE NEW.report_id END FOR SHARE;
    IF TG_OP = 'UPDATE' THEN
        IF of.state <> 'submitted' OR
           (OLD.id, OLD.report_id, OLD.year, OLD.computed_t)
           IS DISTINCT FROM (NEW.id, NEW.report_id, NEW.year, NEW.computed_t)
        THEN
            RAISE EXCEPTION 'report %: figures are confirmed once, while it is verified', OLD.report_id
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF of.state <> 'draft' THEN
        RAISE EXCEPTION 'report %: its figures are fixed', of.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF (of.source = '') <> (NEW.computed_t IS NOT NULL AND NEW.verified_t IS NULL) THEN
        RAISE EXCEPTION 'report %: a figure is worked out first and confirmed later, or taken over', of.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT of.period && daterange(make_date(NEW.year, 1, 1), make_date(NEW.year + 1, 1, 1)) THEN
        RAISE EXCEPTION 'report %: the year % is outside its period', of.id, NEW.year
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_report_year_fixed BEFORE INSERT OR UPDATE OR DELETE ON credit_projects_reportyear
    FOR EACH ROW EXECUTE FUNCTION credit_report_year_fixed();
"""
REPORT_UNDONE = """
DROP TRIGGER credit_report_year_fixed ON credit_projects_reportyear;
DROP FUNCTION credit_report_year_fixed();
DROP TRIGGER credit_report_fixed ON credit_projects_report;
DROP FUNCTION credit_report_fixed();
"""

# No issuance without a reviewed report, none of more than was verified, none beside the ledger.
ISSUANCE = """
CREATE FUNCTION credit_owed(p_project bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT (coalesce((SELECT sum(c.quantity) FROM credit_projects_correction c
                      JOIN credit_projects_issuance i ON i.id = c.issuance_id WHERE i.project_id = p_project), 0)
            - coalesce((SELECT sum(r.quantity) FROM credit_projects_return r
                        JOIN credit_projects_correction c ON c.id = r.correction_id
                        JOIN credit_projects_issuance i ON i.id = c.issuance_id
                        WHERE i.project_id = p_project), 0))::bigint
$$;

CREATE FUNCTION credit_issuance_deserved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of credit_projects_project;
    confirmed bigint;
    programme credit_projects_programme;
BEGIN
    SELECT * INTO of FROM credit_projects_project WHERE id = NEW.project_id FOR UPDATE;
    SELECT y.verified_t INTO confirmed FROM credit_projects_report r
        JOIN credit_projects_reportyear y ON y.report_id = r.id AND y.year = NEW.vintage
        WHERE r.id = NEW.report_id AND r.project_id = NEW.project_id AND r.state IN ('reviewed', 'recorded');
    IF confirmed IS NULL OR NEW.quantity + NEW.buffer_quantity > confirmed THEN
        RAISE EXCEPTION 'an issuance is refused: report % is not reviewed, or confirms less than % for %',
            NEW.report_id, NEW.quantity + NEW.buffer_quantity, NEW.vintage USING ERRCODE = 'restrict_violation';
    END IF;
    IF of.state <> 'registered' THEN
        RAISE EXCEPTION 'an issuance is refused: the project % is %', of.number, of.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF credit_owed(of.id) > 0 THEN
        RAISE EXCEPTION 'an issuance is refused: the project % owes % units of a correction',
            of.number, credit_owed(of.id) USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT * INTO programme FROM credit_projects_programme WHERE id = of.programme_id;
    IF NEW.transfer_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM ledger_transfer t
            JOIN ledger_account f ON f.id = t.from_account_id AND f.issues_id = programme.asset_id
            JOIN ledger_batch b ON b.id = t.batch_id
        WHERE t.id = NEW.transfer_id AND t.asset_id = programme.asset_id AND t.to_account_id = of.account_id
            AND t.quantity = NEW.quantity AND b.vintage = NEW.vintage AND b.label = of.number)
       OR NEW.buffer_transfer_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM ledger_transfer t
            JOIN ledger_account f ON f.id = t.from_account_id AND f.issues_id = programme.asset_id
            JOIN ledger_batch b ON b.id = t.batch_id
        WHERE t.id = NEW.buffer_transfer_id AND t.asset_id = programme.asset_id
            AND t.to_account_id = programme.buffer_id AND t.quantity = NEW.buffer_quantity
            AND b.vintage = NEW.vintage AND b.label = of.number)
    THEN
        RAISE EXCEPTION 'an issuance is refused: the ledger did not issue these units'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_issuance_deserved BEFORE INSERT ON credit_projects_issuance
    FOR EACH ROW EXECUTE FUNCTION credit_issuance_deserved();

-- At the end of a transaction the ledger has issued of a programme's asset what its issuances say, and nothing else.
-- Looked at only when the balance of an account of issuance changed: a transfer between holders does not feel it.
CREATE FUNCTION credit_issued_for_reports_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    programme credit_projects_programme;
    said bigint;
    issued bigint;
BEGIN
    SELECT * INTO programme FROM credit_projects_programme WHERE asset_id = NEW.asset_id;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(sum(i.quantity + i.buffer_quantity), 0) INTO said FROM credit_projects_issuance i
        JOIN credit_projects_project p ON p.id = i.project_id WHERE p.programme_id = programme.id;
    SELECT -posted INTO issued FROM ledger_balance WHERE account_id = NEW.account_id AND asset_id = NEW.asset_id;
    IF issued <> programme.issued_before + said THEN
        RAISE EXCEPTION 'units of % are issued for reviewed reports only: issued %, for reports %',
            programme.name, issued, programme.issued_before + said USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER credit_issued_for_reports_only AFTER UPDATE OF posted ON ledger_balance
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.issuing AND NEW.posted <> OLD.posted)
    EXECUTE FUNCTION credit_issued_for_reports_only();
"""
ISSUANCE_UNDONE = """
DROP TRIGGER credit_issued_for_reports_only ON ledger_balance;
DROP FUNCTION credit_issued_for_reports_only();
DROP TRIGGER credit_issuance_deserved ON credit_projects_issuance;
DROP FUNCTION credit_issuance_deserved();
DROP FUNCTION credit_owed(bigint);
"""

# No more comes back than was issued, and each unit that comes back was retired for it.
CORRECTION = """
CREATE FUNCTION credit_correction_within() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    of credit_projects_issuance;
    before bigint;
BEGIN
    SELECT * INTO of FROM credit_projects_issuance WHERE id = NEW.issuance_id;
    PERFORM FROM credit_projects_project WHERE id = of.project_id FOR UPDATE;
    SELECT coalesce(sum(quantity), 0) INTO before FROM credit_projects_correction WHERE issuance_id = NEW.issuance_id;
    IF before + NEW.quantity > of.quantity + of.buffer_quantity THEN
        RAISE EXCEPTION 'a correction is refused: of % units % are to come back already',
            of.quantity + of.buffer_quantity, before USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_correction_within BEFORE INSERT ON credit_projects_correction
    FOR EACH ROW EXECUTE FUNCTION credit_correction_within();

CREATE FUNCTION credit_return_within() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint;
    of record;
    before bigint;
BEGIN
    SELECT p.id AS project, a.asset_id, p.account_id, a.buffer_id, c.quantity INTO of
        FROM credit_projects_correction c JOIN credit_projects_issuance i ON i.id = c.issuance_id
        JOIN credit_projects_project p ON p.id = i.project_id JOIN credit_projects_programme a ON a.id = p.programme_id
        WHERE c.id = NEW.correction_id;
    PERFORM FROM credit_projects_project WHERE id = of.project FOR UPDATE;
    SELECT coalesce(sum(quantity), 0) INTO before FROM credit_projects_return WHERE correction_id = NEW.correction_id;
    IF before + NEW.quantity > of.quantity THEN
        RAISE EXCEPTION 'a return is refused: of % units % came back already', of.quantity, before
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM ledger_transfer t JOIN ledger_account o ON o.id = t.to_account_id AND o.type_id = 'retirement'
        WHERE t.id = NEW.transfer_id AND t.kind = 1 AND t.asset_id = of.asset_id AND t.quantity = NEW.quantity
            AND (NEW.source = 'settled' OR t.from_account_id =
                 CASE NEW.source WHEN 'buffer' THEN of.buffer_id ELSE of.account_id END))
    THEN
        RAISE EXCEPTION 'a return is refused: the ledger did not retire these units'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_return_within BEFORE INSERT ON credit_projects_return
    FOR EACH ROW EXECUTE FUNCTION credit_return_within();
"""
CORRECTION_UNDONE = """
DROP TRIGGER credit_return_within ON credit_projects_return;
DROP FUNCTION credit_return_within();
DROP TRIGGER credit_correction_within ON credit_projects_correction;
DROP FUNCTION credit_correction_within();
"""

EVERY = (
    (PROJECT, PROJECT_UNDONE),
    (REPORT, REPORT_UNDONE),
    (ISSUANCE, ISSUANCE_UNDONE),
    (CORRECTION, CORRECTION_UNDONE),
    (APPEND_ONLY, APPEND_ONLY_UNDONE),
)
