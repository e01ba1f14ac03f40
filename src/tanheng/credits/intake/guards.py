"""What the database itself refuses of intake: a batch changed, or of who may not send, a key that lives again."""

from __future__ import annotations

APPEND_ONLY = """
CREATE TRIGGER credit_batch_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_intake_batch
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
CREATE TRIGGER credit_worked_out_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_intake_workedout
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
"""
APPEND_ONLY_UNDONE = """
DROP TRIGGER credit_batch_stays ON credit_intake_batch;
DROP TRIGGER credit_worked_out_stays ON credit_intake_workedout;
"""

# The row of the application is held until the batch is committed: who suspends it waits, or is seen here.
WHO_SENDS = """
CREATE FUNCTION credit_batch_of_who_sends() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing text;
BEGIN
    SELECT state INTO standing FROM credit_intake_application WHERE id = NEW.application_id FOR SHARE;
    IF standing IS DISTINCT FROM (CASE WHEN NEW.sandbox THEN 'testing' ELSE 'connected' END) THEN
        RAISE EXCEPTION 'a batch of application % is refused: it is %', NEW.application_id, standing
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.by_key_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM credit_intake_applicationkey k
        WHERE k.id = NEW.by_key_id AND k.application_id = NEW.application_id AND k.revoked_at IS NULL)
    THEN
        RAISE EXCEPTION 'a batch of application % is refused: its key is revoked or another one''s', NEW.application_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_batch_of_who_sends BEFORE INSERT ON credit_intake_batch
    FOR EACH ROW EXECUTE FUNCTION credit_batch_of_who_sends();
"""
WHO_SENDS_UNDONE = """
DROP TRIGGER credit_batch_of_who_sends ON credit_intake_batch;
DROP FUNCTION credit_batch_of_who_sends();
"""

REVOKED = """
CREATE FUNCTION credit_key_stays_revoked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at
        OR (NEW.application_id, NEW.key_hash, NEW.expires_at)
           IS DISTINCT FROM (OLD.application_id, OLD.key_hash, OLD.expires_at)
    THEN
        RAISE EXCEPTION 'key % is refused: it stays what it is, and revoked once it was', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_key_stays_revoked BEFORE UPDATE ON credit_intake_applicationkey
    FOR EACH ROW EXECUTE FUNCTION credit_key_stays_revoked();
"""
REVOKED_UNDONE = """
DROP TRIGGER credit_key_stays_revoked ON credit_intake_applicationkey;
DROP FUNCTION credit_key_stays_revoked();
"""
