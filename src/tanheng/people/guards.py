"""What the database itself refuses in the records of people, as SQL; the migrations put it there.

``books_append_only()`` serves other append-only tables of the books as well: give it to a trigger BEFORE UPDATE OR
DELETE OR TRUNCATE.
"""

from __future__ import annotations

APPEND_ONLY = """
CREATE FUNCTION books_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: its rows are written once and stay as they are', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER people_audit_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON people_audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
"""
APPEND_ONLY_UNDONE = """
DROP TRIGGER people_audit_entry_stays ON people_audit_entry;
DROP FUNCTION books_append_only();
"""

# Entries of the audit trail name them for ever.
NEVER_DELETED = """
CREATE FUNCTION people_never_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: the audit trail names its rows; set is_active to false', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER people_user_stays BEFORE DELETE OR TRUNCATE ON people_user
    FOR EACH STATEMENT EXECUTE FUNCTION people_never_deleted();
CREATE TRIGGER people_organisation_stays BEFORE DELETE OR TRUNCATE ON people_organisation
    FOR EACH STATEMENT EXECUTE FUNCTION people_never_deleted();
"""
NEVER_DELETED_UNDONE = """
DROP TRIGGER people_user_stays ON people_user;
DROP TRIGGER people_organisation_stays ON people_organisation;
DROP FUNCTION people_never_deleted();
"""

# What a second person confirms is what the first one asked for, and a decision stands.
DECIDED_ONCE = """
CREATE FUNCTION people_approval_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' THEN
        RAISE EXCEPTION '% of people_approval is refused: what was asked stays on record', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'pending' THEN
        RAISE EXCEPTION 'approval % is refused: it is % and stays so', OLD.id, OLD.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.action, NEW.payload, NEW.organisation_id, NEW.requested_by_id, NEW.requested_at, NEW.expires_at)
        IS DISTINCT FROM
       (OLD.id, OLD.action, OLD.payload, OLD.organisation_id, OLD.requested_by_id, OLD.requested_at, OLD.expires_at)
    THEN
        RAISE EXCEPTION 'approval % is refused: what was asked cannot be changed', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'confirmed' AND OLD.expires_at <= clock_timestamp() THEN
        RAISE EXCEPTION 'approval % is refused: it expired at %', OLD.id, OLD.expires_at
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER people_approval_decided_once BEFORE UPDATE OR DELETE ON people_approval
    FOR EACH ROW EXECUTE FUNCTION people_approval_decided_once();
CREATE TRIGGER people_approval_stays BEFORE TRUNCATE ON people_approval
    FOR EACH STATEMENT EXECUTE FUNCTION people_approval_decided_once();
"""
DECIDED_ONCE_UNDONE = """
DROP TRIGGER people_approval_stays ON people_approval;
DROP TRIGGER people_approval_decided_once ON people_approval;
DROP FUNCTION people_approval_decided_once();
"""
