-- One transfer: the key, the checks in their order, the locks in the order of accounts, and one row, from which the
-- rest follows. Codes are those of results.py. Refusals are answers and not exceptions, so that they can be kept.

CREATE TYPE ledger_answer AS (code smallint, transfer_id bigint, at timestamptz, queued_id bigint);

CREATE FUNCTION ledger_fingerprint(
    p_kind smallint, p_purpose text, p_asset bigint, p_from bigint, p_to bigint, p_quantity bigint,
    p_serials int8multirange, p_pending bigint, p_expires_in interval, p_batch bigint, p_reason text)
RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(ROW(p_kind, p_purpose, p_asset, p_from, p_to, p_quantity, p_serials, p_pending,
                                 p_expires_in, p_batch, p_reason)::text, 'UTF8'))
$$;

-- Serial numbers for a quantity, those first that came first; null where too few are free.
CREATE FUNCTION ledger_first_in(p_account bigint, p_asset bigint, p_reserved_by bigint, p_quantity bigint)
RETURNS int8multirange LANGUAGE plpgsql STABLE AS $$
DECLARE
    missing bigint := p_quantity;
    part int8range;
    parts int8range[] := '{}';
BEGIN
    IF p_reserved_by IS NULL THEN
        FOR part IN SELECT serials FROM ledger_block
            WHERE account_id = p_account AND asset_id = p_asset AND reserved_by IS NULL
            ORDER BY arrived, lower(serials)
        LOOP
            part := int8range(lower(part), least(upper(part), lower(part) + missing));
            missing := missing - (upper(part) - lower(part));
            parts := parts || part;
            EXIT WHEN missing = 0;
        END LOOP;
    ELSE
        FOR part IN SELECT serials FROM ledger_block WHERE reserved_by = p_reserved_by ORDER BY arrived, lower(serials)
        LOOP
            part := int8range(lower(part), least(upper(part), lower(part) + missing));
            missing := missing - (upper(part) - lower(part));
            parts := parts || part;
            EXIT WHEN missing = 0;
        END LOOP;
    END IF;
    RETURN CASE WHEN missing = 0 THEN range_agg(r) END FROM unnest(parts) AS r;
END $$;

-- Ends the reservations of an account whose time has come; called with its balance locked. How many there were.
CREATE FUNCTION ledger_expire_due(p_account bigint, p_asset bigint, p_at timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    ended bigint;
BEGIN
    INSERT INTO ledger_transfer (at, kind, purpose, asset_id, from_account_id, to_account_id, quantity, pending_id, reason)
    SELECT p_at, 5, purpose, asset_id, account_id, to_account_id, quantity, transfer_id, ''
    FROM ledger_reservation
    WHERE account_id = p_account AND asset_id = p_asset AND expires_at <= p_at ORDER BY transfer_id;
    GET DIAGNOSTICS ended = ROW_COUNT;
    RETURN ended;
END $$;

CREATE FUNCTION ledger_make_transfer(
    p_actor bigint, p_organisation bigint, p_origin text, p_key text,
    p_kind smallint, p_purpose text, p_asset bigint, p_from bigint, p_to bigint, p_quantity bigint,
    p_serials int8multirange, p_pending bigint, p_expires_in interval, p_batch bigint, p_reason text,
    p_linked uuid, p_may_wait boolean)
RETURNS ledger_answer LANGUAGE plpgsql AS $$
DECLARE
    answer ledger_answer;
    fingerprint bytea;
    kept record;
    seen record;
    pending record;
    f_posted bigint; f_reserved bigint; f_moved timestamptz;
    t_posted bigint; t_moved timestamptz;
    guarded boolean;
    wants bigint := p_quantity;
    named int8multirange := p_serials;
BEGIN
    answer.code := 0;
    IF p_key IS NOT NULL THEN
        fingerprint := ledger_fingerprint(p_kind, p_purpose, p_asset, p_from, p_to, p_quantity, p_serials,
                                          p_pending, p_expires_in, p_batch, p_reason);
        SELECT r.fingerprint, r.code, r.transfer_id, r.at INTO kept FROM ledger_request r
            WHERE r.actor_id = coalesce(p_actor, 0) AND r.key = p_key;
        IF FOUND THEN
            IF kept.fingerprint <> fingerprint THEN
                answer.code := 1;
                RETURN answer;
            END IF;
            answer.code := kept.code;
            answer.transfer_id := kept.transfer_id;
            SELECT t.at INTO answer.at FROM ledger_transfer t WHERE t.id = kept.transfer_id;
            IF kept.code = 90 THEN
                SELECT q.id, coalesce(q.code, 90), q.transfer_id, t.at
                    INTO answer.queued_id, answer.code, answer.transfer_id, answer.at
                    FROM ledger_queued q LEFT JOIN ledger_transfer t ON t.id = q.transfer_id
                    WHERE q.key = p_key AND q.actor_id IS NOT DISTINCT FROM p_actor;
            END IF;
            RETURN answer;
        END IF;
    END IF;

    <<checks>>
    BEGIN
        IF p_kind > 2 THEN
            SELECT r.account_id, r.to_account_id, r.asset_id, r.quantity, r.purpose INTO pending
                FROM ledger_transfer t
                CROSS JOIN LATERAL (SELECT t.from_account_id AS account_id, t.to_account_id, t.asset_id, t.quantity, t.purpose) r
                WHERE t.id = p_pending AND t.kind = 2;
            IF NOT FOUND THEN
                answer.code := CASE WHEN p_quantity < 1 THEN 10 ELSE 20 END;
                EXIT checks;
            END IF;
            p_from := pending.account_id;
            p_to := pending.to_account_id;
            p_asset := pending.asset_id;
            p_purpose := pending.purpose;
            IF p_kind > 3 OR wants IS NULL THEN
                wants := pending.quantity;
            END IF;
        END IF;

        SELECT a.serialised, f.issues_id AS f_issues, f.type_id AS f_type, t.issues_id AS t_issues,
               u.safeguarded AND (f.owner_id IS DISTINCT FROM t.owner_id OR f.holder <> t.holder) AS guarded,
               ledger_screen(wants, named, p_kind, p_from, p_to,
                   a.id, a.serialised, a.transferable, a.tradable,
                   f.id, f.status, f.issues_id, fr.may_send, f.type_id, t.id, t.status, t.issues_id, tr.may_receive, t.type_id,
                   p_purpose, u.from_type, u.to_type) AS code
          INTO seen
          FROM (SELECT 1) AS one
          LEFT JOIN ledger_asset a ON a.id = p_asset
          LEFT JOIN ledger_account f ON f.id = p_from
          LEFT JOIN ledger_account t ON t.id = p_to
          LEFT JOIN ledger_typerule fr ON fr.type_id = f.type_id AND fr.kind = a.kind
          LEFT JOIN ledger_typerule tr ON tr.type_id = t.type_id AND tr.kind = a.kind
          LEFT JOIN ledger_purpose u ON u.code = p_purpose;
        guarded := coalesce(seen.guarded, false) AND p_kind < 3;
        -- What a reservation may end as was checked when it was made; the accounts may be blocked since. A release
        -- gives back and needs neither.
        IF p_kind < 3 AND seen.code > 0 OR p_kind = 3 AND seen.code BETWEEN 1 AND 19 THEN
            answer.code := seen.code;
            EXIT checks;
        END IF;

        -- The locks, in the order of accounts. An account without a balance gets one.
        FOR tries IN 1..2 LOOP
            IF p_from < p_to THEN
                SELECT posted, reserved, moved_at INTO f_posted, f_reserved, f_moved FROM ledger_balance
                    WHERE account_id = p_from AND asset_id = p_asset FOR NO KEY UPDATE;
                SELECT posted, moved_at INTO t_posted, t_moved FROM ledger_balance
                    WHERE account_id = p_to AND asset_id = p_asset FOR NO KEY UPDATE;
            ELSE
                SELECT posted, moved_at INTO t_posted, t_moved FROM ledger_balance
                    WHERE account_id = p_to AND asset_id = p_asset FOR NO KEY UPDATE;
                SELECT posted, reserved, moved_at INTO f_posted, f_reserved, f_moved FROM ledger_balance
                    WHERE account_id = p_from AND asset_id = p_asset FOR NO KEY UPDATE;
            END IF;
            EXIT WHEN f_posted IS NOT NULL AND t_posted IS NOT NULL;
            INSERT INTO ledger_balance (account_id, asset_id)
                SELECT account, p_asset FROM unnest(ARRAY[least(p_from, p_to), greatest(p_from, p_to)]) AS account
                ON CONFLICT DO NOTHING;
        END LOOP;
        answer.at := greatest(clock_timestamp(), f_moved, t_moved);

        IF p_kind > 2 THEN
            SELECT r.quantity, r.expires_at INTO pending FROM ledger_reservation r WHERE r.transfer_id = p_pending;
            IF NOT FOUND THEN
                SELECT CASE t.kind WHEN 3 THEN 21 WHEN 4 THEN 22 ELSE 23 END INTO answer.code
                    FROM ledger_transfer t WHERE t.pending_id = p_pending;
                EXIT checks;
            ELSIF p_kind < 5 AND pending.expires_at <= answer.at THEN
                answer.code := 23;
                EXIT checks;
            ELSIF p_kind = 5 AND (pending.expires_at IS NULL OR pending.expires_at > answer.at) THEN
                answer.code := 24;
                EXIT checks;
            ELSIF wants > pending.quantity THEN
                answer.code := 25;
                EXIT checks;
            END IF;
            IF p_kind = 3 AND seen.code BETWEEN 30 AND 33 THEN
                answer.code := seen.code;
                EXIT checks;
            END IF;
            IF p_kind = 3 AND named IS NOT NULL THEN
                IF NOT seen.serialised THEN answer.code := 50; EXIT checks; END IF;
                IF ledger_span(named) <> wants THEN answer.code := 51; EXIT checks; END IF;
            END IF;
        ELSIF guarded THEN
            answer.code := ledger_safeguard(p_asset, p_from, seen.f_type, p_to, wants, answer.at);
            IF answer.code > 0 THEN
                EXIT checks;
            END IF;
        END IF;

        IF seen.serialised AND p_kind < 4 THEN
            IF seen.f_issues IS NOT NULL THEN
                IF named IS NULL THEN
                    UPDATE ledger_asset SET next_serial = next_serial + wants WHERE id = p_asset
                        RETURNING int8multirange(int8range(next_serial - wants, next_serial)) INTO named;
                ELSE
                    PERFORM FROM ledger_asset WHERE id = p_asset FOR NO KEY UPDATE;
                    IF EXISTS (SELECT FROM ledger_block b WHERE b.asset_id = p_asset AND b.serials && named) THEN
                        answer.code := 70;
                        EXIT checks;
                    END IF;
                    UPDATE ledger_asset SET next_serial = upper(named) WHERE id = p_asset AND next_serial < upper(named);
                END IF;
            ELSIF named IS NOT NULL THEN
                SELECT CASE WHEN coalesce(sum(ledger_span(named * int8multirange(b.serials))), 0) < wants THEN 71
                            WHEN bool_or(b.reserved_by IS DISTINCT FROM p_pending) THEN 72 ELSE 0 END INTO answer.code
                    FROM ledger_block b
                    WHERE b.asset_id = p_asset AND b.account_id = p_from AND b.serials && named;
                IF answer.code = 72 AND p_kind < 3 AND ledger_expire_due(p_from, p_asset, answer.at) > 0 THEN
                    SELECT CASE WHEN bool_or(b.reserved_by IS NOT NULL) THEN 72 ELSE 0 END INTO answer.code
                        FROM ledger_block b
                        WHERE b.asset_id = p_asset AND b.account_id = p_from AND b.serials && named;
                END IF;
                IF answer.code > 0 THEN
                    EXIT checks;
                END IF;
            END IF;
        END IF;

        IF p_kind < 3 AND seen.f_issues IS NULL AND f_posted - f_reserved < wants THEN
            IF f_posted < wants THEN
                answer.code := 73;
                EXIT checks;
            ELSIF ledger_expire_due(p_from, p_asset, answer.at) > 0 THEN
                SELECT reserved INTO f_reserved FROM ledger_balance WHERE account_id = p_from AND asset_id = p_asset;
            END IF;
            IF f_posted - f_reserved < wants THEN
                answer.code := 74;
                EXIT checks;
            END IF;
        END IF;
        IF p_kind IN (1, 3) AND t_posted > 9000000000000000000 - wants THEN
            answer.code := 75;
            EXIT checks;
        END IF;
        IF guarded AND p_may_wait AND NOT ledger_is_open(answer.at) THEN
            answer.code := CASE WHEN p_linked IS NULL THEN 90 ELSE 85 END;
            EXIT checks;
        END IF;
        IF seen.serialised AND p_kind < 4 AND named IS NULL THEN
            named := ledger_first_in(p_from, p_asset, CASE WHEN p_kind = 3 THEN p_pending END, wants);
        END IF;
    END checks;

    IF answer.code = 0 THEN
        INSERT INTO ledger_transfer (at, kind, purpose, asset_id, from_account_id, to_account_id, quantity, serials,
                                     pending_id, expires_at, batch_id, linked, reason, actor_id)
        VALUES (answer.at, p_kind, p_purpose, p_asset, p_from, p_to, wants,
                CASE WHEN p_kind < 4 THEN named END, CASE WHEN p_kind > 2 THEN p_pending END,
                CASE WHEN p_kind = 2 THEN answer.at + p_expires_in END, p_batch, p_linked, coalesce(p_reason, ''), p_actor)
        RETURNING id INTO answer.transfer_id;
        INSERT INTO people_audit_entry (at, actor_id, organisation_id, action, subject, new, origin)
        VALUES (answer.at, p_actor, p_organisation,
                CASE p_kind WHEN 1 THEN 'ledger.transfer' WHEN 2 THEN 'ledger.reserve' WHEN 3 THEN 'ledger.post'
                            WHEN 4 THEN 'ledger.void' ELSE 'ledger.expire' END,
                'transfer ' || answer.transfer_id,
                jsonb_build_object('purpose', p_purpose, 'asset', p_asset, 'from', p_from, 'to', p_to, 'quantity', wants),
                coalesce(p_origin, ''));
    ELSIF answer.code = 90 THEN
        INSERT INTO ledger_queued (asked_at, due_at, actor_id, organisation_id, origin, key, from_account_id, asked)
        VALUES (answer.at, coalesce(ledger_next_opening(answer.at), 'infinity'), p_actor, p_organisation,
                coalesce(p_origin, ''), p_key, p_from,
                jsonb_build_object('kind', p_kind, 'purpose', p_purpose, 'asset', p_asset, 'from', p_from, 'to', p_to,
                    'quantity', p_quantity, 'serials', p_serials::text, 'expires_in', p_expires_in::text,
                    'batch', p_batch, 'reason', p_reason))
        RETURNING id INTO answer.queued_id;
        INSERT INTO people_audit_entry (at, actor_id, organisation_id, action, subject, new, origin)
        VALUES (answer.at, p_actor, p_organisation, 'ledger.queue', 'waiting transfer ' || answer.queued_id,
                jsonb_build_object('purpose', p_purpose, 'asset', p_asset, 'from', p_from, 'to', p_to, 'quantity', wants),
                coalesce(p_origin, ''));
    END IF;
    IF answer.transfer_id IS NULL THEN
        answer.at := NULL;
    END IF;
    IF p_key IS NOT NULL THEN
        INSERT INTO ledger_request (actor_id, key, fingerprint, code, transfer_id, at)
        VALUES (coalesce(p_actor, 0), p_key, fingerprint, answer.code, answer.transfer_id, clock_timestamp());
    END IF;
    RETURN answer;
END $$;

-- The way in. Plans are kept for the life of a connection, and one made while the tables were small would read them
-- whole for ever: hence no plan that reads a whole table here, and in the other ways in (named, batch, queue).
CREATE FUNCTION ledger_transfer(
    p_actor bigint, p_organisation bigint, p_origin text, p_key text,
    p_kind smallint, p_purpose text, p_asset bigint, p_from bigint, p_to bigint, p_quantity bigint,
    p_serials int8multirange, p_pending bigint, p_expires_in interval, p_batch bigint, p_reason text,
    p_linked uuid, p_may_wait boolean)
RETURNS ledger_answer LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
    RETURN ledger_make_transfer(p_actor, p_organisation, p_origin, p_key, p_kind, p_purpose, p_asset, p_from, p_to,
        p_quantity, p_serials, p_pending, p_expires_in, p_batch, p_reason, p_linked, p_may_wait);
END $$;

-- Ends all reservations that are due, account by account; how many.
CREATE FUNCTION ledger_expire_all() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    due record;
    ended bigint := 0;
BEGIN
    FOR due IN SELECT DISTINCT account_id, asset_id FROM ledger_reservation
        WHERE expires_at <= clock_timestamp() ORDER BY account_id, asset_id
    LOOP
        PERFORM FROM ledger_balance WHERE account_id = due.account_id AND asset_id = due.asset_id FOR NO KEY UPDATE;
        ended := ended + ledger_expire_due(due.account_id, due.asset_id, clock_timestamp());
    END LOOP;
    RETURN ended;
END $$;

-- What decides who may move what leaves an account: one call, whose plan is kept.
CREATE FUNCTION ledger_look_up(p_from text, p_to text, p_asset text, OUT asset bigint, OUT to_id bigint, OUT from_id bigint,
    OUT second_person boolean, OUT owner bigint, OUT kind text, OUT name text, OUT district text)
LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
BEGIN
    SELECT id INTO asset FROM ledger_asset WHERE code = p_asset;
    SELECT id INTO to_id FROM ledger_account WHERE number = p_to;
    SELECT a.id, a.second_person, o.id, o.kind, o.name, o.district
      INTO from_id, second_person, owner, kind, name, district
      FROM ledger_account a LEFT JOIN people_organisation o ON o.id = a.owner_id WHERE a.number = p_from;
END $$;

-- One transfer between accounts given by number, with the question who may in the same statement: a member of the
-- account's owner (of the bureau for what the registry itself holds) in one of the roles given as kind/role,kind/role. Code 97
-- where nobody of the kind is found, 96 where a second person is needed: then nothing was done, and whoever asked
-- finds out why by the long way.
CREATE FUNCTION ledger_transfer_named(
    p_roles text, p_actor bigint, p_origin text, p_key text,
    p_kind smallint, p_purpose text, p_asset text, p_from text, p_to text, p_quantity bigint,
    p_serials int8multirange, p_expires_in interval, p_batch bigint, p_reason text)
RETURNS ledger_answer LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    source record;
    answer ledger_answer;
BEGIN
    SELECT id, owner_id, second_person INTO source FROM ledger_account WHERE number = p_from;
    IF NOT FOUND OR NOT EXISTS (
        SELECT FROM people_membership m
        JOIN people_user u ON u.id = m.user_id JOIN people_organisation o ON o.id = m.organisation_id
        WHERE m.user_id = p_actor AND u.is_active AND o.is_active AND (o.kind || '/' || m.role) = ANY (string_to_array(p_roles, ','))
          AND CASE WHEN source.owner_id IS NULL THEN o.kind = 'bureau' ELSE m.organisation_id = source.owner_id END) THEN
        answer.code := 97;
    ELSIF source.second_person THEN
        answer.code := 96;
    ELSE
        answer := ledger_make_transfer(p_actor, source.owner_id, p_origin, p_key, p_kind, p_purpose,
            (SELECT id FROM ledger_asset WHERE code = p_asset), source.id,
            (SELECT id FROM ledger_account WHERE number = p_to), p_quantity,
            p_serials, NULL, p_expires_in, p_batch, p_reason, NULL, true);
    END IF;
    RETURN answer;
END $$;
