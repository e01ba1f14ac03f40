-- What follows from a transfer, and what nobody may write by hand.
--
-- A row of ledger_transfer is the only thing that is ever asserted. Its triggers write the postings, the balances,
-- the standing reservations, the blocks and their movements in the same statement. Everything that follows is
-- refused to whoever writes it directly: a trigger knows by its depth whether a transfer wrote or somebody.

CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END $$;

-- Written once.
CREATE TRIGGER ledger_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('a transfer is written once; a later one corrects it');
CREATE TRIGGER ledger_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_posting
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('a posting is written once; a later transfer corrects it');
CREATE TRIGGER ledger_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_movement
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('a movement of serial numbers is written once');
CREATE TRIGGER ledger_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_request
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('what was answered to a key stays answered');
CREATE TRIGGER ledger_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_setting
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('add a setting from a later day on instead');
CREATE TRIGGER ledger_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_limit
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('add a limit from a later day on instead');
CREATE TRIGGER ledger_stays BEFORE DELETE OR TRUNCATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('an account is closed, never deleted');
CREATE TRIGGER ledger_stays BEFORE DELETE OR TRUNCATE ON ledger_asset
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('an asset stays as long as its postings');

-- Only by transfers.
CREATE TRIGGER ledger_follows BEFORE INSERT ON ledger_posting
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0)
    EXECUTE FUNCTION ledger_refuse('postings follow from transfers, two for each, and cannot be written alone');
CREATE TRIGGER ledger_follows BEFORE INSERT ON ledger_movement
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0)
    EXECUTE FUNCTION ledger_refuse('movements of serial numbers follow from transfers');
CREATE TRIGGER ledger_follows BEFORE INSERT OR UPDATE OR DELETE ON ledger_block
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0)
    EXECUTE FUNCTION ledger_refuse('blocks follow from transfers');
CREATE TRIGGER ledger_follows BEFORE INSERT OR UPDATE OR DELETE ON ledger_reservation
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0)
    EXECUTE FUNCTION ledger_refuse('reservations follow from transfers');
CREATE TRIGGER ledger_emptied BEFORE TRUNCATE ON ledger_block
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('blocks follow from transfers');
CREATE TRIGGER ledger_emptied BEFORE TRUNCATE ON ledger_reservation
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('reservations follow from transfers');
CREATE TRIGGER ledger_emptied BEFORE DELETE OR TRUNCATE ON ledger_balance
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('balances follow from transfers');

-- A balance begins with nothing, and knows whether it may go below.
CREATE FUNCTION ledger_balance_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.posted := 0;
    NEW.reserved := 0;
    NEW.issuing := EXISTS (SELECT FROM ledger_account WHERE id = NEW.account_id AND issues_id = NEW.asset_id);
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_balance_begins BEFORE INSERT ON ledger_balance
    FOR EACH ROW EXECUTE FUNCTION ledger_balance_begins();

-- By hand, a balance can be set to what its postings and reservations say and to nothing else: this is how a
-- difference that the recomputation found is mended.
CREATE FUNCTION ledger_balance_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said record;
BEGIN
    SELECT coalesce((SELECT sum(quantity) FROM ledger_posting p
                     WHERE p.account_id = OLD.account_id AND p.asset_id = OLD.asset_id), 0) AS posted,
           coalesce((SELECT sum(quantity) FROM ledger_reservation r
                     WHERE r.account_id = OLD.account_id AND r.asset_id = OLD.asset_id), 0) AS reserved,
           EXISTS (SELECT FROM ledger_account
                   WHERE id = OLD.account_id AND issues_id = OLD.asset_id) AS issuing
      INTO said;
    IF (NEW.account_id, NEW.asset_id, NEW.posted, NEW.reserved, NEW.issuing)
       IS DISTINCT FROM (OLD.account_id, OLD.asset_id, said.posted, said.reserved, said.issuing) THEN
        RAISE EXCEPTION 'UPDATE of ledger_balance is refused: balances follow from transfers; the postings of '
            'account % say %, reserved %', OLD.account_id, said.posted, said.reserved
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_balance_follows BEFORE UPDATE ON ledger_balance
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ledger_balance_follows();

CREATE FUNCTION ledger_span(serials int8multirange) RETURNS bigint
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT coalesce(sum(upper(part) - lower(part)), 0)::bigint FROM unnest(serials) AS part $$;
ALTER TABLE ledger_transfer ADD CONSTRAINT ledger_transfer_serials
    CHECK (serials IS NULL OR ledger_span(serials) = quantity);

-- Room on each page, so that a balance that changes stays where it is and its index with it.
ALTER TABLE ledger_balance SET (fillfactor = 70);
