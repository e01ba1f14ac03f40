"""What the database itself refuses of certificates, as SQL; the migration puts it there."""

from __future__ import annotations

APPEND_ONLY = """
CREATE TRIGGER credit_certificate_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_register_certificate
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
CREATE TRIGGER credit_lot_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_register_certificatelot
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
CREATE TRIGGER credit_shown_holder_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_register_shownholder
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
"""
APPEND_ONLY_UNDONE = """
DROP TRIGGER credit_certificate_stays ON credit_register_certificate;
DROP TRIGGER credit_lot_stays ON credit_register_certificatelot;
DROP TRIGGER credit_shown_holder_stays ON credit_register_shownholder;
"""

# Looked at when the statement is done: a certificate and its lots are written by one.
FITS = """
CREATE FUNCTION credit_certificate_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong text;
BEGIN
    SELECT c.number INTO wrong FROM added c
    LEFT JOIN ledger_transfer t ON t.id = c.transfer AND t.purpose = 'retire' AND t.kind IN (1, 3)
        AND t.asset_id = c.asset_id AND t.quantity = c.quantity AND t.from_account_id = c.account_id
    LEFT JOIN ledger_account r ON r.id = t.to_account_id AND r.type_id = 'retirement'
    LEFT JOIN ledger_account f ON f.id = c.account_id
    WHERE r.id IS NULL OR f.owner_id IS DISTINCT FROM c.organisation_id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'certificate % is refused: no transfer retired so many units of this account', wrong
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT c.number INTO wrong FROM added c LEFT JOIN credit_register_certificatelot l ON l.certificate_id = c.id
    GROUP BY c.id, c.number, c.quantity
    HAVING coalesce(sum(upper(l.serials) - lower(l.serials)), 0) <> c.quantity LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'certificate % is refused: its serial numbers are not as many as its units', wrong
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER credit_certificate_fits AFTER INSERT ON credit_register_certificate
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION credit_certificate_fits();

CREATE FUNCTION credit_lot_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong int8range;
BEGIN
    SELECT l.serials INTO wrong FROM added l JOIN credit_register_certificate c ON c.id = l.certificate_id
    JOIN ledger_transfer t ON t.id = c.transfer
    WHERE l.asset_id <> c.asset_id OR NOT l.serials <@ t.serials LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'a lot is refused: the transfer of its certificate did not retire %', wrong
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER credit_lot_fits AFTER INSERT ON credit_register_certificatelot
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION credit_lot_fits();
"""
FITS_UNDONE = """
DROP TRIGGER credit_lot_fits ON credit_register_certificatelot;
DROP FUNCTION credit_lot_fits();
DROP TRIGGER credit_certificate_fits ON credit_register_certificate;
DROP FUNCTION credit_certificate_fits();
"""
