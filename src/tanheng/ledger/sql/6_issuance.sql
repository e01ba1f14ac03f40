-- An issuance in one statement: the account from which the asset is issued, the batch, the transfer.

-- Whether somebody may act for the owner of an account (for the registry's own, of which nobody is the owner: for the
-- bureau) as a member in one of the roles given as kind/role,kind/role.
CREATE FUNCTION ledger_acts_for(p_roles text, p_actor bigint, p_owner bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM people_membership m
        JOIN people_user u ON u.id = m.user_id JOIN people_organisation o ON o.id = m.organisation_id
        WHERE m.user_id = p_actor AND u.is_active AND o.is_active AND (o.kind || '/' || m.role) = ANY (string_to_array(p_roles, ','))
          AND CASE WHEN p_owner IS NULL THEN o.kind = 'bureau' ELSE m.organisation_id = p_owner END);
END $$;

-- Whoever calls it has looked at the right. Code 97 where there is no such asset, 96 where a second person is needed and
-- the word of one (p_alone) does not do: then nothing was done, and whoever asked finds out why by the long way. The
-- batch is made where there is none, and stays when the issuance is refused: what is kept under the key names it.
CREATE FUNCTION ledger_issue(
    p_actor bigint, p_alone boolean, p_origin text, p_key text, p_purpose text, p_asset text, p_to text,
    p_quantity bigint, p_serials int8multirange, p_vintage int, p_label text, p_reason text)
RETURNS ledger_answer LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    source record;
    batch bigint;
    answer ledger_answer;
BEGIN
    SELECT f.id, f.issues_id AS asset, f.second_person INTO source
        FROM ledger_asset a JOIN ledger_account f ON f.issues_id = a.id WHERE a.code = p_asset AND f.owner_id IS NULL;
    IF NOT FOUND THEN
        answer.code := 97;
    ELSIF source.second_person AND NOT p_alone THEN
        answer.code := 96;
    ELSE
        IF p_vintage IS NOT NULL THEN
            SELECT b.id INTO batch FROM ledger_batch b
                WHERE b.asset_id = source.asset AND b.vintage = p_vintage AND b.label = p_label;
            IF NOT FOUND THEN
                INSERT INTO ledger_batch (asset_id, vintage, label) VALUES (source.asset, p_vintage, p_label)
                    ON CONFLICT DO NOTHING RETURNING id INTO batch;
                IF batch IS NULL THEN  -- another made it at this moment
                    SELECT b.id INTO batch FROM ledger_batch b
                        WHERE b.asset_id = source.asset AND b.vintage = p_vintage AND b.label = p_label;
                END IF;
            END IF;
        END IF;
        answer := ledger_make_transfer(p_actor, NULL, p_origin, p_key, 1::smallint, p_purpose, source.asset, source.id,
            (SELECT id FROM ledger_account WHERE number = p_to), p_quantity, p_serials, NULL, NULL, batch, p_reason,
            NULL, true);
    END IF;
    RETURN answer;
END $$;
