-- The consequences of transfers. Kinds are those of models.Kind: 1 single, 2 reserve, 3 post, 4 void, 5 expire.
--
-- Most are written one by one, and a batch as a whole: for one, statements that need neither sorting nor joining take
-- half the time; for many, statements over the whole set do. tests/ledger/test_batch.py holds the two side by side.

CREATE TYPE ledger_piece AS (transfer_id bigint, kind smallint, asset_id bigint, account_id bigint, serials int8range,
                             batch_id bigint, arrived bigint, reserved_by bigint);

CREATE FUNCTION ledger_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    one record;
    kept boolean;
    issued boolean;
    from_after bigint;
    to_after bigint;
    held record;
    piece int8range;
    moved bigint := 0;
    wanted bigint;
    ended bigint;
    written bigint;
    placed ledger_piece[];
    rests ledger_piece[];
    cut bigint[];
BEGIN
    SELECT *, count(*) OVER () AS rows INTO one FROM added LIMIT 1;
    IF one.rows = 1 AND one.kind = 1 THEN
        SELECT serialised INTO kept FROM ledger_asset WHERE id = one.asset_id;
        UPDATE ledger_balance b SET posted = b.posted - one.quantity, moved_at = one.at
            WHERE account_id = one.from_account_id AND asset_id = one.asset_id RETURNING posted, issuing INTO from_after, issued;
        UPDATE ledger_balance b SET posted = b.posted + one.quantity, moved_at = one.at
            WHERE account_id = one.to_account_id AND asset_id = one.asset_id RETURNING posted INTO to_after;
        IF from_after IS NULL OR to_after IS NULL THEN
            RAISE EXCEPTION 'a transfer is refused: one of its accounts has no balance of the asset'
                USING ERRCODE = 'foreign_key_violation';
        END IF;
        INSERT INTO ledger_posting (account_id, asset_id, at, transfer_id, quantity, balance_after)
        VALUES (one.from_account_id, one.asset_id, one.at, one.id, -one.quantity, from_after),
               (one.to_account_id, one.asset_id, one.at, one.id, one.quantity, to_after);
        INSERT INTO transparency_pending (kind, ref) VALUES (2, one.id);
        IF NOT kept AND one.serials IS NULL THEN
            RETURN NULL;
        END IF;

        IF issued THEN
            INSERT INTO ledger_block (asset_id, account_id, serials, batch_id, arrived)
                SELECT one.asset_id, one.to_account_id, part, one.batch_id, one.id FROM unnest(one.serials) AS part;
            INSERT INTO ledger_movement (transfer_id, asset_id, serials)
                SELECT one.id, one.asset_id, part FROM unnest(one.serials) AS part;
            moved := ledger_span(one.serials);
        ELSE
            FOR held IN SELECT b.id, b.serials, b.batch_id, b.arrived, part FROM unnest(one.serials) AS part
                JOIN ledger_block b ON b.asset_id = one.asset_id AND b.serials && part
                    AND b.account_id = one.from_account_id AND b.reserved_by IS NULL
                ORDER BY part
            LOOP
                piece := held.serials * held.part;
                moved := moved + upper(piece) - lower(piece);
                IF piece = held.serials THEN
                    UPDATE ledger_block SET account_id = one.to_account_id, arrived = one.id WHERE id = held.id;
                ELSE
                    -- Another part may have cut the same block before, so what is left is asked of the block itself.
                    DELETE FROM ledger_block WHERE asset_id = one.asset_id AND account_id = one.from_account_id
                        AND serials && piece RETURNING serials, batch_id, arrived INTO held.serials, held.batch_id, held.arrived;
                    INSERT INTO ledger_block (asset_id, account_id, serials, batch_id, arrived)
                        SELECT one.asset_id, one.from_account_id, rest, held.batch_id, held.arrived
                        FROM unnest(int8multirange(held.serials) - int8multirange(piece)) AS rest;
                    INSERT INTO ledger_block (asset_id, account_id, serials, batch_id, arrived)
                        VALUES (one.asset_id, one.to_account_id, piece, held.batch_id, one.id);
                END IF;
                INSERT INTO ledger_movement (transfer_id, asset_id, serials) VALUES (one.id, one.asset_id, piece);
            END LOOP;
        END IF;
        IF moved <> (CASE WHEN kept THEN one.quantity ELSE 0 END) THEN
            RAISE EXCEPTION 'a transfer is refused: its serial numbers are not free in the account it comes from'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NULL;
    END IF;

    INSERT INTO transparency_pending (kind, ref) SELECT 2, id FROM added ORDER BY id;

    -- What is reserved.
    INSERT INTO ledger_reservation (transfer_id, account_id, to_account_id, asset_id, quantity, purpose, expires_at)
        SELECT id, from_account_id, to_account_id, asset_id, quantity, purpose, expires_at FROM added WHERE kind = 2;
    GET DIAGNOSTICS wanted = ROW_COUNT;
    IF wanted > 0 THEN
        WITH changed AS (
            UPDATE ledger_balance b SET reserved = b.reserved + r.quantity
            FROM (SELECT from_account_id, asset_id, sum(quantity)::bigint AS quantity, count(*) AS rows
                  FROM added WHERE kind = 2 GROUP BY 1, 2) r
            WHERE b.account_id = r.from_account_id AND b.asset_id = r.asset_id RETURNING r.rows)
        SELECT coalesce(sum(rows), 0) FROM changed INTO ended;
        IF ended <> wanted THEN
            RAISE EXCEPTION 'a reservation is refused: the account has no balance of the asset'
                USING ERRCODE = 'foreign_key_violation';
        END IF;
    END IF;

    SELECT count(*) FROM added WHERE kind > 2 INTO wanted;
    IF wanted > 0 THEN
        WITH gone AS (
            DELETE FROM ledger_reservation r USING added a
            WHERE a.kind > 2 AND r.transfer_id = a.pending_id AND r.account_id = a.from_account_id
              AND r.to_account_id = a.to_account_id AND r.asset_id = a.asset_id AND r.quantity >= a.quantity
            RETURNING r.account_id, r.asset_id, r.quantity),
        freed AS (
            UPDATE ledger_balance b SET reserved = b.reserved - g.quantity
            FROM (SELECT account_id, asset_id, sum(quantity)::bigint AS quantity FROM gone GROUP BY 1, 2) g
            WHERE b.account_id = g.account_id AND b.asset_id = g.asset_id)
        SELECT count(*) FROM gone INTO ended;
        IF ended <> wanted THEN
            RAISE EXCEPTION 'a transfer is refused: the reservation that it ends does not stand, or says otherwise'
                USING ERRCODE = 'foreign_key_violation';
        END IF;
    END IF;

    -- Postings and balances.
    WITH sides AS MATERIALIZED (
        SELECT id, at, asset_id, from_account_id AS account_id, -quantity AS quantity FROM added WHERE kind IN (1, 3)
        UNION ALL
        SELECT id, at, asset_id, to_account_id, quantity FROM added WHERE kind IN (1, 3)),
    changed AS (
        UPDATE ledger_balance b SET posted = b.posted + s.quantity, moved_at = s.at
        FROM (SELECT account_id, asset_id, sum(quantity)::bigint AS quantity, max(at) AS at
              FROM sides GROUP BY 1, 2) s
        WHERE b.account_id = s.account_id AND b.asset_id = s.asset_id
        RETURNING b.account_id, b.asset_id, b.posted - s.quantity AS before)
    INSERT INTO ledger_posting (account_id, asset_id, at, transfer_id, quantity, balance_after)
    SELECT s.account_id, s.asset_id, s.at, s.id, s.quantity,
           c.before + sum(s.quantity) OVER (PARTITION BY s.account_id, s.asset_id ORDER BY s.id)
    FROM sides s JOIN changed c ON c.account_id = s.account_id AND c.asset_id = s.asset_id;
    GET DIAGNOSTICS written = ROW_COUNT;
    SELECT 2 * count(*) FROM added WHERE kind IN (1, 3) INTO wanted;
    IF written <> wanted THEN
        RAISE EXCEPTION 'a transfer is refused: one of its accounts has no balance of the asset'
            USING ERRCODE = 'foreign_key_violation';
    END IF;

    -- Blocks and their movements.
    SELECT sum(t.quantity) FROM added t JOIN ledger_asset a ON a.id = t.asset_id
        WHERE a.serialised AND t.kind IN (1, 2, 3) INTO wanted;
    IF wanted IS NULL AND NOT EXISTS (SELECT FROM added WHERE serials IS NOT NULL OR kind > 3) THEN
        RETURN NULL;
    END IF;

    WITH pieces AS (
        INSERT INTO ledger_block (asset_id, account_id, serials, batch_id, arrived)
        SELECT t.asset_id, t.to_account_id, part, t.batch_id, t.id
        FROM added t JOIN ledger_account f ON f.id = t.from_account_id AND f.issues_id = t.asset_id
            CROSS JOIN LATERAL unnest(t.serials) AS part
        WHERE t.kind = 1
        RETURNING arrived, asset_id, serials)
    INSERT INTO ledger_movement (transfer_id, asset_id, serials) SELECT arrived, asset_id, serials FROM pieces;
    SELECT coalesce(sum(ledger_span(t.serials)), 0)
        FROM added t JOIN ledger_account f ON f.id = t.from_account_id AND f.issues_id = t.asset_id
        WHERE t.kind = 1 INTO moved;

    -- A block that is cut goes; what is left of it and what is cut out of it come in its place. Kept in arrays
    -- between the steps, so that no step must find again what another one had.
    WITH pieces AS MATERIALIZED (
        SELECT t.id AS transfer_id, t.kind, t.to_account_id, b.id AS block_id, b.asset_id, b.account_id,
               b.serials AS whole, b.batch_id, b.arrived, b.reserved_by, b.serials * part AS serials
        FROM added t CROSS JOIN LATERAL unnest(t.serials) AS part
            JOIN ledger_block b ON b.asset_id = t.asset_id AND b.serials && part AND b.account_id = t.from_account_id
                AND b.reserved_by IS NOT DISTINCT FROM t.pending_id
        WHERE t.kind IN (1, 2, 3))
    SELECT array_agg(ROW(transfer_id, kind, asset_id, CASE WHEN kind = 2 THEN account_id ELSE to_account_id END, serials,
                         batch_id, CASE WHEN kind = 2 THEN arrived ELSE transfer_id END,
                         CASE WHEN kind = 2 THEN transfer_id END)::ledger_piece),
           (SELECT array_agg(DISTINCT block_id) FROM pieces),
           (SELECT array_agg(ROW(NULL, NULL, asset_id, account_id, rest, batch_id, arrived, reserved_by)::ledger_piece)
            FROM (SELECT asset_id, account_id, whole, batch_id, arrived, reserved_by, range_agg(serials) AS gone
                  FROM pieces GROUP BY block_id, asset_id, account_id, whole, batch_id, arrived, reserved_by) AS by_block
                CROSS JOIN LATERAL unnest(int8multirange(whole) - gone) AS rest)
        INTO placed, cut, rests FROM pieces;
    DELETE FROM ledger_block WHERE id = ANY (cut);
    INSERT INTO ledger_block (asset_id, account_id, serials, batch_id, arrived, reserved_by)
        SELECT asset_id, account_id, serials, batch_id, arrived, reserved_by FROM unnest(rests);
    INSERT INTO ledger_block (asset_id, account_id, serials, batch_id, arrived, reserved_by)
        SELECT asset_id, account_id, serials, batch_id, arrived, reserved_by FROM unnest(placed);
    INSERT INTO ledger_movement (transfer_id, asset_id, serials)
        SELECT transfer_id, asset_id, serials FROM unnest(placed) WHERE kind <> 2;
    SELECT moved + coalesce(sum(upper(serials) - lower(serials)), 0) FROM unnest(placed) INTO moved;

    IF moved <> coalesce(wanted, 0) THEN
        RAISE EXCEPTION 'a transfer is refused: its serial numbers are not free in the account it comes from'
            USING ERRCODE = 'restrict_violation';
    END IF;
    UPDATE ledger_block SET reserved_by = NULL WHERE reserved_by IN (SELECT pending_id FROM added WHERE kind > 2);
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_follows AFTER INSERT ON ledger_transfer REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_follows();
