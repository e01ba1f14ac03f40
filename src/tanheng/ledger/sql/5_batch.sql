-- Many transfers in one call, as arrays of equal length: a column each. Where no account can run short within the
-- batch and nothing else is out of the ordinary, all are written at once, set by set; else one after the other, each
-- with an answer of its own, and chains of linked ones together or not at all. Both ways give the same answers.

-- Writes all at once and returns true, or touches nothing but locks and returns false.
CREATE FUNCTION ledger_batch_at_once(
    p_actor bigint, p_organisation bigint, p_origin text, p_keys text[], p_kinds smallint[], p_purposes text[],
    p_assets bigint[], p_froms bigint[], p_tos bigint[], p_quantities bigint[], p_serials int8multirange[],
    p_batches bigint[], p_reasons text[], p_linked uuid[], OUT done boolean, OUT ids bigint[])
LANGUAGE plpgsql AS $$
DECLARE
    size int := cardinality(p_assets);
    usual boolean;
    serial_numbers int8multirange[];
    moment timestamptz;
    hours_closed boolean := NOT ledger_is_open(clock_timestamp());
BEGIN
    done := false;
    IF EXISTS (SELECT FROM unnest(p_kinds) AS kind WHERE kind <> 1)
       OR EXISTS (SELECT FROM unnest(p_serials) AS named WHERE named IS NOT NULL)
       OR EXISTS (SELECT FROM ledger_request r
                  WHERE r.actor_id = coalesce(p_actor, 0) AND r.key = ANY (p_keys))
       OR (SELECT count(*) <> count(DISTINCT key) FROM unnest(p_keys) AS key WHERE key IS NOT NULL) THEN
        RETURN;
    END IF;

    INSERT INTO ledger_balance (account_id, asset_id)
        SELECT c.id, w.asset FROM (
            SELECT account, asset FROM unnest(p_froms, p_assets) AS f (account, asset)
            UNION SELECT account, asset FROM unnest(p_tos, p_assets) AS t (account, asset)) w
        JOIN ledger_account c ON c.id = w.account JOIN ledger_asset a ON a.id = w.asset
        WHERE NOT EXISTS (SELECT FROM ledger_balance b WHERE b.account_id = w.account AND b.asset_id = w.asset)
        ORDER BY c.id, w.asset ON CONFLICT DO NOTHING;
    PERFORM FROM ledger_balance b WHERE (b.account_id, b.asset_id) IN (
            SELECT account, asset FROM unnest(p_froms, p_assets) AS f (account, asset)
            UNION SELECT account, asset FROM unnest(p_tos, p_assets) AS t (account, asset))
        ORDER BY b.account_id, b.asset_id FOR NO KEY UPDATE;

    -- Accounts, rights, safeguards: every row in order?
    SELECT bool_and(
        ledger_screen(w.quantity, NULL, 1::smallint, w.from_id, w.to_id,
            a.id, a.serialised, a.transferable, a.tradable,
            f.id, f.status, f.issues_id, fr.may_send, f.type_id, t.id, t.status, t.issues_id, tr.may_receive, t.type_id,
            w.purpose, u.from_type, u.to_type) = 0
        AND CASE WHEN u.safeguarded AND (f.owner_id IS DISTINCT FROM t.owner_id OR f.holder <> t.holder)
                 THEN NOT hours_closed
                      AND ledger_safeguard(w.asset, w.from_id, f.type_id, w.to_id, w.quantity, clock_timestamp()) = 0
                 ELSE true END) INTO usual
      FROM unnest(p_assets, p_froms, p_tos, p_quantities, p_purposes) AS w (asset, from_id, to_id, quantity, purpose)
      LEFT JOIN ledger_asset a ON a.id = w.asset
      LEFT JOIN ledger_account f ON f.id = w.from_id
      LEFT JOIN ledger_account t ON t.id = w.to_id
      LEFT JOIN ledger_typerule fr ON fr.type_id = f.type_id AND fr.kind = a.kind
      LEFT JOIN ledger_typerule tr ON tr.type_id = t.type_id AND tr.kind = a.kind
      LEFT JOIN ledger_purpose u ON u.code = w.purpose;
    IF NOT usual THEN
        RETURN;
    END IF;

    -- Enough on each account for all that leaves it, and room for all that arrives?
    SELECT bool_and(b.issuing OR b.posted - b.reserved >= w.leaves) AND bool_and(b.posted + w.arrives < 9e18),
           greatest(clock_timestamp(), max(b.moved_at))
      INTO usual, moment
      FROM (SELECT account, asset, sum(leaves) AS leaves, sum(arrives) AS arrives FROM (
                SELECT account, asset, quantity AS leaves, 0 AS arrives
                FROM unnest(p_froms, p_assets, p_quantities) AS f (account, asset, quantity)
                UNION ALL
                SELECT account, asset, 0, quantity FROM unnest(p_tos, p_assets, p_quantities) AS t (account, asset, quantity)
            ) sides GROUP BY 1, 2) w
      JOIN ledger_balance b ON b.account_id = w.account AND b.asset_id = w.asset;
    IF NOT usual THEN
        RETURN;
    END IF;

    IF EXISTS (SELECT FROM ledger_asset WHERE serialised AND id = ANY (p_assets)) THEN
        serial_numbers := ledger_batch_serials(p_assets, p_froms, p_quantities);
    END IF;
    ids := ARRAY (SELECT nextval(pg_get_serial_sequence('ledger_transfer', 'id')) FROM generate_series(1, size));
    INSERT INTO ledger_transfer (id, at, kind, purpose, asset_id, from_account_id, to_account_id, quantity, serials,
                                 batch_id, linked, reason, actor_id)
        SELECT ids[n], moment, 1, purpose, asset, from_id, to_id, quantity, serial_numbers[n], batch, linked,
               coalesce(reason, ''), p_actor
        FROM unnest(p_purposes, p_assets, p_froms, p_tos, p_quantities, p_batches, p_linked, p_reasons) WITH ORDINALITY
            AS w (purpose, asset, from_id, to_id, quantity, batch, linked, reason, n);
    INSERT INTO ledger_request (actor_id, key, fingerprint, code, transfer_id, at)
        SELECT coalesce(p_actor, 0), key,
               ledger_fingerprint(1::smallint, purpose, asset, from_id, to_id, quantity, NULL, NULL, NULL, batch, reason),
               0, ids[n], moment
        FROM unnest(p_keys, p_purposes, p_assets, p_froms, p_tos, p_quantities, p_batches, p_reasons) WITH ORDINALITY
            AS w (key, purpose, asset, from_id, to_id, quantity, batch, reason, n)
        WHERE key IS NOT NULL;
    INSERT INTO people_audit_entry (at, actor_id, organisation_id, action, subject, new, origin)
        VALUES (moment, p_actor, p_organisation, 'ledger.transfer_batch', 'transfers ' || ids[1] || '-' || ids[size],
                jsonb_build_object('transfers', size), coalesce(p_origin, ''));
    done := true;
END $$;

-- Serial numbers for the rows of a batch: each account's first ones in the order of the rows; new ones at issuance.
CREATE FUNCTION ledger_batch_serials(p_assets bigint[], p_froms bigint[], p_quantities bigint[])
RETURNS int8multirange[] LANGUAGE plpgsql AS $$
DECLARE
    issued boolean[];
    firsts bigint[];
    blocks ledger_piece[];
BEGIN
    issued := ARRAY (SELECT f.issues_id IS NOT NULL FROM unnest(p_froms) WITH ORDINALITY AS w (id, n)
                     JOIN ledger_account f USING (id) ORDER BY n);
    IF true = ANY (issued) THEN
        UPDATE ledger_asset a SET next_serial = a.next_serial + w.quantity
            FROM (SELECT asset, sum(quantity)::bigint AS quantity
                  FROM unnest(p_assets, p_quantities, issued) AS r (asset, quantity, new) WHERE new GROUP BY 1) w
            WHERE a.id = w.asset AND a.serialised;
        -- Where the numbers of this batch begin, for each row's asset.
        firsts := ARRAY (
            SELECT a.next_serial - sum(quantity) FILTER (WHERE new) OVER (PARTITION BY a.id)
            FROM unnest(p_assets, p_quantities, issued) WITH ORDINALITY AS r (asset, quantity, new, n)
                JOIN ledger_asset a ON a.id = r.asset ORDER BY n);
    END IF;
    SELECT array_agg(ROW(NULL, NULL, b.asset_id, b.account_id, b.serials, NULL, b.arrived, NULL)::ledger_piece) INTO blocks
        FROM (SELECT DISTINCT from_id, asset FROM unnest(p_froms, p_assets, issued) AS r (from_id, asset, new)
              WHERE NOT new) w
        JOIN ledger_block b ON b.account_id = w.from_id AND b.asset_id = w.asset AND b.reserved_by IS NULL;
    RETURN ledger_batch_match(p_assets, p_froms, p_quantities, issued, firsts, blocks);
END $$;

-- Lays the rows of each account side by side with its blocks. Everything is in arrays, of which the planner knows
-- nothing and would compare each row with each block; hence no nested loops here.
CREATE FUNCTION ledger_batch_match(p_assets bigint[], p_froms bigint[], p_quantities bigint[], p_issued boolean[],
                                   p_firsts bigint[], p_blocks ledger_piece[])
RETURNS int8multirange[] LANGUAGE plpgsql SET enable_nestloop = off AS $$
DECLARE
    result int8multirange[];
BEGIN
    WITH rows AS MATERIALIZED (
        SELECT n, asset, from_id, quantity, issued, first,
               sum(quantity) OVER (PARTITION BY from_id, asset ORDER BY n) - quantity AS starts
        FROM unnest(p_assets, p_froms, p_quantities, p_issued, p_firsts) WITH ORDINALITY
            AS w (asset, from_id, quantity, issued, first, n)),
    free AS MATERIALIZED (
        SELECT account_id, asset_id, lower(serials) AS first, upper(serials) - lower(serials) AS span,
               sum(upper(serials) - lower(serials)) OVER (PARTITION BY account_id, asset_id ORDER BY arrived, lower(serials))
               - (upper(serials) - lower(serials)) AS starts
        FROM unnest(p_blocks)),
    found AS (
        SELECT n, int8multirange(int8range((first + starts)::bigint, (first + starts + quantity)::bigint)) AS serials
        FROM rows WHERE issued
        UNION ALL
        SELECT r.n, range_agg(int8range((b.first + greatest(r.starts - b.starts, 0))::bigint,
                                        (b.first + least(r.starts + r.quantity - b.starts, b.span))::bigint))
        FROM rows r JOIN free b ON b.account_id = r.from_id AND b.asset_id = r.asset
            AND b.starts < r.starts + r.quantity AND r.starts < b.starts + b.span
        WHERE NOT r.issued GROUP BY r.n)
    SELECT array_agg(f.serials ORDER BY n) INTO result
        FROM generate_series(1, cardinality(p_assets)) AS n LEFT JOIN found f USING (n);
    RETURN result;
END $$;

CREATE FUNCTION ledger_transfer_batch(
    p_actor bigint, p_organisation bigint, p_origin text, p_keys text[], p_kinds smallint[], p_purposes text[],
    p_assets bigint[], p_froms bigint[], p_tos bigint[], p_quantities bigint[], p_serials int8multirange[],
    p_pendings bigint[], p_expires_in interval[], p_batches bigint[], p_reasons text[], p_linked uuid[],
    p_may_wait boolean)
RETURNS TABLE (code smallint, transfer_id bigint, at timestamptz, queued_id bigint)
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    size int := cardinality(p_assets);
    done boolean;
    ids bigint[];
    n int := 1;
    upto int;
    one ledger_answer;
    chain ledger_answer[];
    failed int;
BEGIN
    BEGIN
        SELECT o.done, o.ids INTO done, ids FROM ledger_batch_at_once(p_actor, p_organisation, p_origin, p_keys, p_kinds,
            p_purposes, p_assets, p_froms, p_tos, p_quantities, p_serials, p_batches, p_reasons, p_linked) o;
    EXCEPTION WHEN unique_violation THEN
        done := false;  -- a key was used by another at this moment: one by one tells which
    END;
    IF done THEN
        RETURN QUERY SELECT 0::smallint, t.id, t.at, NULL::bigint
            FROM unnest(ids) WITH ORDINALITY AS i (id, n) JOIN ledger_transfer t ON t.id = i.id ORDER BY i.n;
        RETURN;
    END IF;

    WHILE n <= size LOOP
        upto := n;
        WHILE p_linked[n] IS NOT NULL AND upto < size AND p_linked[upto + 1] = p_linked[n] LOOP
            upto := upto + 1;
        END LOOP;
        chain := '{}';
        failed := NULL;
        BEGIN
            FOR i IN n..upto LOOP
                one := ledger_make_transfer(p_actor, p_organisation, p_origin, p_keys[i], p_kinds[i], p_purposes[i],
                    p_assets[i], p_froms[i], p_tos[i], p_quantities[i], p_serials[i], p_pendings[i], p_expires_in[i],
                    p_batches[i], p_reasons[i], p_linked[i], p_may_wait);
                chain := chain || one;
                IF upto > n AND one.code <> 0 THEN
                    failed := i;
                    RAISE EXCEPTION 'linked' USING ERRCODE = 'TH001';
                END IF;
            END LOOP;
        EXCEPTION WHEN SQLSTATE 'TH001' THEN
            NULL;
        END;
        IF failed IS NOT NULL THEN
            -- The chain is undone; its keys keep what became of it.
            FOR i IN n..upto LOOP
                one := ROW(CASE WHEN i = failed THEN chain[i - n + 1].code ELSE 80 END, NULL, NULL, NULL)::ledger_answer;
                IF one.code <> 1 AND p_keys[i] IS NOT NULL THEN
                    INSERT INTO ledger_request (actor_id, key, fingerprint, code, at)
                    VALUES (coalesce(p_actor, 0), p_keys[i],
                            ledger_fingerprint(p_kinds[i], p_purposes[i], p_assets[i], p_froms[i], p_tos[i], p_quantities[i],
                                p_serials[i], p_pendings[i], p_expires_in[i], p_batches[i], p_reasons[i]),
                            one.code, clock_timestamp())
                    ON CONFLICT DO NOTHING;
                    SELECT r.code INTO one.code FROM ledger_request r
                        WHERE r.actor_id = coalesce(p_actor, 0) AND r.key = p_keys[i];
                END IF;
                code := one.code; transfer_id := NULL; at := NULL; queued_id := NULL;
                RETURN NEXT;
            END LOOP;
        ELSE
            FOREACH one IN ARRAY chain LOOP
                code := one.code; transfer_id := one.transfer_id; at := one.at; queued_id := one.queued_id;
                RETURN NEXT;
            END LOOP;
        END IF;
        n := upto + 1;
    END LOOP;
END $$;

-- Tries the transfers that wait, in the order of asking, when it is open; how many were done and refused.
CREATE FUNCTION ledger_run_queue() RETURNS TABLE (done bigint, refused bigint)
LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    waiting record;
    one ledger_answer;
BEGIN
    done := 0;
    refused := 0;
    IF ledger_is_open(clock_timestamp()) THEN
        FOR waiting IN SELECT * FROM ledger_queued WHERE state = 'waiting' ORDER BY id FOR UPDATE LOOP
            one := ledger_make_transfer(waiting.actor_id, waiting.organisation_id, waiting.origin, NULL,
                (waiting.asked->>'kind')::smallint, waiting.asked->>'purpose', (waiting.asked->>'asset')::bigint,
                (waiting.asked->>'from')::bigint, (waiting.asked->>'to')::bigint, (waiting.asked->>'quantity')::bigint,
                (waiting.asked->>'serials')::int8multirange, NULL, (waiting.asked->>'expires_in')::interval,
                (waiting.asked->>'batch')::bigint, waiting.asked->>'reason', NULL, false);
            UPDATE ledger_queued SET state = CASE WHEN one.code = 0 THEN 'done' ELSE 'refused' END, code = one.code,
                transfer_id = one.transfer_id, done_at = clock_timestamp() WHERE id = waiting.id;
            IF one.code = 0 THEN done := done + 1; ELSE refused := refused + 1; END IF;
        END LOOP;
    END IF;
    RETURN NEXT;
END $$;
