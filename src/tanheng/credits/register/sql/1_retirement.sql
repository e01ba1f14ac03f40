-- Certificates of units that transfers retired, and a retirement with its certificate in one statement.

-- Units that are retired stay in the blocks in which they came: so these are found by the transfer, and carry the
-- batch in which they were issued. The year of a number is the year in Shenzhen. What is certified already is left out.
CREATE FUNCTION credit_certify(
    p_transfers bigint[], p_beneficiaries text[], p_purposes text[], p_named boolean[], p_about_kinds text[], p_abouts bigint[],
    p_kind text, p_organisation bigint, p_holder text, p_by bigint, p_second_by bigint, p_approval bigint)
RETURNS SETOF credit_register_certificate LANGUAGE plpgsql SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY
    WITH asked AS MATERIALIZED (
        SELECT nextval(pg_get_serial_sequence('credit_register_certificate', 'id')) AS id, a.*
        FROM unnest(p_transfers, p_beneficiaries, p_purposes, p_named, p_about_kinds, p_abouts)
             WITH ORDINALITY AS a (transfer, beneficiary, purpose, named, about_kind, about, place)
        WHERE NOT EXISTS (SELECT FROM credit_register_certificate c WHERE c.transfer = a.transfer)
        ORDER BY place),
    made AS (
        INSERT INTO credit_register_certificate
            (id, number, kind, organisation_id, holder, account_id, asset_id, transfer, quantity, beneficiary, purpose,
             named, about_kind, about, by_id, second_by_id, approval)
        SELECT a.id, 'THC-' || to_char(t.at AT TIME ZONE 'Asia/Shanghai', 'YYYY') || '-'
                   || lpad(a.id::text, greatest(8, length(a.id::text)), '0'),
               p_kind, p_organisation, p_holder, t.from_account_id, t.asset_id, t.id, t.quantity, a.beneficiary,
               a.purpose, a.named, a.about_kind, a.about, p_by, p_second_by, p_approval
        FROM asked a JOIN ledger_transfer t ON t.id = a.transfer
        RETURNING *),
    lots AS (
        INSERT INTO credit_register_certificatelot (certificate_id, asset_id, serials, vintage, label)
        SELECT m.id, b.asset_id, b.serials, i.vintage, coalesce(i.label, '')
        FROM made m JOIN ledger_transfer t ON t.id = m.transfer
        -- By the account and the transfer, and by the numbers: whichever index is taken leads to these blocks alone.
        JOIN ledger_block b ON b.account_id = t.to_account_id AND b.asset_id = t.asset_id AND b.arrived = t.id
            AND b.serials && t.serials
        LEFT JOIN ledger_batch i ON i.id = b.batch_id)
    SELECT * FROM made;
END $$;

-- One lot retired and certified, with the question who may: the roles as for ledger_acts_for, null for the house itself.
-- No row where it is refused, where a second person is needed and the word of one (p_alone) does not do, or where the
-- key was used before: then nothing was done, and whoever asked finds out why by the long way.
CREATE FUNCTION credit_retire(
    p_roles text, p_actor bigint, p_alone boolean, p_second_by bigint, p_approval bigint, p_origin text, p_key text,
    p_from text, p_asset text, p_quantity bigint, p_serials int8multirange, p_beneficiary text, p_purpose text, p_named boolean)
RETURNS SETOF credit_register_certificate LANGUAGE plpgsql SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    source record;
    answer ledger_answer;
    made credit_register_certificate;
    new_id bigint;
BEGIN
    SELECT a.id, a.owner_id, a.second_person, coalesce(o.name, '') AS holder, s.id AS asset, r.id AS retired INTO source
        FROM ledger_account a LEFT JOIN people_organisation o ON o.id = a.owner_id
        JOIN ledger_asset s ON s.code = p_asset AND s.kind = 'credit'
        CROSS JOIN LATERAL (
            SELECT id FROM ledger_account WHERE type_id = 'retirement' AND owner_id IS NULL ORDER BY id LIMIT 1) r
        WHERE a.number = p_from;
    IF NOT FOUND OR source.second_person AND NOT p_alone
       OR p_roles IS NOT NULL AND NOT ledger_acts_for(p_roles, p_actor, source.owner_id) THEN
        RETURN;
    END IF;
    BEGIN
        answer := ledger_make_transfer(p_actor, source.owner_id, p_origin, p_key, 1::smallint, 'retire', source.asset,
            source.id, source.retired, p_quantity, p_serials, NULL, NULL, NULL, p_beneficiary || ': ' || p_purpose,
            NULL, true);
        IF answer.code = 0 THEN
            -- As credit_certify writes it for many, in half the time; a test holds the two side by side.
            new_id := nextval(pg_get_serial_sequence('credit_register_certificate', 'id'));
            WITH one AS (
                INSERT INTO credit_register_certificate
                    (id, number, kind, organisation_id, holder, account_id, asset_id, transfer, quantity, beneficiary,
                     purpose, named, by_id, second_by_id, approval)
                SELECT new_id, 'THC-' || to_char(answer.at AT TIME ZONE 'Asia/Shanghai', 'YYYY') || '-'
                           || lpad(new_id::text, greatest(8, length(new_id::text)), '0'),
                       'retirement', source.owner_id, source.holder, source.id, source.asset, answer.transfer_id, p_quantity,
                       p_beneficiary, p_purpose, p_named, p_actor, p_second_by, p_approval
                WHERE NOT EXISTS (SELECT FROM credit_register_certificate c WHERE c.transfer = answer.transfer_id)
                RETURNING *),
            lots AS (
                INSERT INTO credit_register_certificatelot (certificate_id, asset_id, serials, vintage, label)
                SELECT one.id, b.asset_id, b.serials, i.vintage, coalesce(i.label, '')
                FROM one JOIN ledger_block b ON b.account_id = source.retired AND b.asset_id = source.asset
                    AND b.arrived = answer.transfer_id
                    AND b.serials && (SELECT t.serials FROM ledger_transfer t WHERE t.id = answer.transfer_id)
                LEFT JOIN ledger_batch i ON i.id = b.batch_id)
            SELECT * INTO made FROM one;
        END IF;
        IF made.id IS NULL THEN
            -- A refusal leaves nothing behind, not even under its key: a retirement is done as a whole or not at all.
            RAISE EXCEPTION 'not retired' USING ERRCODE = 'TH002';
        END IF;
        INSERT INTO people_audit_entry (actor_id, organisation_id, action, subject, new, origin)
            VALUES (p_actor, source.owner_id, 'register.retire', 'certificate ' || made.number,
                    jsonb_build_object('account', p_from, 'asset', p_asset, 'quantity', p_quantity, 'certificates', 1,
                        'beneficiary', p_beneficiary, 'purpose', p_purpose),
                    coalesce(p_origin, ''));
        RETURN NEXT made;
    EXCEPTION WHEN SQLSTATE 'TH002' THEN
        RETURN;
    END;
END $$;
