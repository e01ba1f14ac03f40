-- The safeguards: working days and hours, the trusted accounts, the limits. What is not set does not apply.

CREATE FUNCTION ledger_setting(wanted text, at timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT value FROM ledger_setting WHERE name = wanted AND since <= at ORDER BY since DESC, id DESC LIMIT 1
$$;

CREATE FUNCTION ledger_is_working_day(d date) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT working FROM ledger_calendarday WHERE day = d), extract(isodow FROM d) < 6)
$$;

-- Whether transfers are made at once; hours in Asia/Shanghai, always open where no hours are set.
CREATE FUNCTION ledger_is_open(at timestamptz) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
    opens text := ledger_setting('hours.open', at);
    closes text := ledger_setting('hours.close', at);
    here timestamp := at AT TIME ZONE 'Asia/Shanghai';
BEGIN
    IF opens IS NULL OR closes IS NULL THEN
        RETURN true;
    END IF;
    RETURN ledger_is_working_day(here::date) AND here::time >= opens::time AND here::time < closes::time;
END $$;

-- The next moment at which it is open; null when no day of the coming year is worked.
CREATE FUNCTION ledger_next_opening(at timestamptz) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
    opens time := ledger_setting('hours.open', at);
    today date := (at AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
    IF ledger_is_open(at) THEN
        RETURN at;
    END IF;
    FOR ahead IN 0..366 LOOP
        IF ledger_is_working_day(today + ahead) AND (today + ahead + opens) AT TIME ZONE 'Asia/Shanghai' > at THEN
            RETURN (today + ahead + opens) AT TIME ZONE 'Asia/Shanghai';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

-- The same time of day, some working days later.
CREATE FUNCTION ledger_after_working_days(at timestamptz, days int) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
    here timestamp := at AT TIME ZONE 'Asia/Shanghai';
    tries int := 0;
BEGIN
    WHILE days > 0 LOOP
        here := here + interval '1 day';
        tries := tries + 1;
        IF tries > 1000 THEN
            RAISE EXCEPTION 'the calendar has no working days after %', at USING ERRCODE = 'data_exception';
        END IF;
        IF ledger_is_working_day(here::date) THEN
            days := days - 1;
        END IF;
    END LOOP;
    RETURN here AT TIME ZONE 'Asia/Shanghai';
END $$;

-- The limit of one transfer: of each level the latest in force; of the levels the lowest. Null: no limit.
CREATE FUNCTION ledger_limit_of(p_asset bigint, p_account bigint, p_type text, at timestamptz) RETURNS bigint
LANGUAGE sql STABLE AS $$
    SELECT min(quantity) FROM (
        SELECT DISTINCT ON (account_id IS NOT NULL, account_type_id IS NOT NULL) quantity FROM ledger_limit
        WHERE asset_id = p_asset AND since <= at
          AND (account_id = p_account OR account_id IS NULL) AND (account_type_id = p_type OR account_type_id IS NULL)
        ORDER BY account_id IS NOT NULL, account_type_id IS NOT NULL, since DESC, id DESC) AS levels
$$;

-- 0, or NOT_TRUSTED 60, TRUSTED_TOO_RECENTLY 61, OVER_LIMIT 62.
CREATE FUNCTION ledger_safeguard(p_asset bigint, p_from bigint, p_type text, p_to bigint, p_quantity bigint, at timestamptz)
RETURNS smallint LANGUAGE plpgsql STABLE AS $$
DECLARE
    trusted_from timestamptz;
BEGIN
    IF ledger_setting('trusted.required', at) = 'yes' THEN
        SELECT effective_at INTO trusted_from FROM ledger_trustedaccount
            WHERE account_id = p_from AND trusted_id = p_to AND removed_at IS NULL;
        IF NOT FOUND THEN
            RETURN 60;
        ELSIF trusted_from > at THEN
            RETURN 61;
        END IF;
    END IF;
    IF p_quantity > ledger_limit_of(p_asset, p_from, p_type, at) THEN
        RETURN 62;
    END IF;
    RETURN 0;
END $$;

-- What can be seen without looking at what is held, in the order of precedence. One expression, so that it is
-- inlined into the query that joins the accounts: for one transfer and for a thousand the same.
CREATE FUNCTION ledger_screen(
    quantity bigint, serials int8multirange, kind smallint,
    from_id bigint, to_id bigint,
    a_id bigint, a_serialised boolean, a_transferable boolean, a_tradable boolean,
    f_id bigint, f_status text, f_issues bigint, f_sends boolean, f_type text,
    t_id bigint, t_status text, t_issues bigint, t_receives boolean, t_type text,
    purpose text, purpose_from text, purpose_to text)
RETURNS smallint LANGUAGE sql IMMUTABLE AS $$
    SELECT (CASE
        WHEN quantity IS NULL OR quantity < 1 THEN 10
        WHEN quantity > 1000000000000000 THEN 11
        WHEN from_id = to_id THEN 12
        WHEN a_id IS NULL THEN 13
        WHEN f_id IS NULL THEN 14
        WHEN t_id IS NULL THEN 15
        WHEN purpose_from IS NULL THEN 16
        WHEN f_status = 'closed' THEN 30
        WHEN t_status = 'closed' THEN 31
        WHEN f_status = 'blocked' THEN 32
        WHEN t_status = 'blocked' THEN 33
        WHEN f_issues <> a_id OR t_issues <> a_id OR (f_issues IS NOT NULL AND kind = 2) THEN 40
        WHEN NOT coalesce(f_sends, false) THEN 41
        WHEN NOT coalesce(t_receives, false) THEN 42
        WHEN NOT a_transferable AND f_issues IS NULL AND t_issues IS NULL AND t_type <> 'retirement' THEN 43
        WHEN NOT a_tradable AND purpose = 'trade' THEN 44
        WHEN purpose_from NOT IN ('', f_type) OR purpose_to NOT IN ('', t_type) THEN 45
        WHEN serials IS NOT NULL AND NOT a_serialised THEN 50
        WHEN serials IS NOT NULL AND ledger_span(serials) <> quantity THEN 51
        ELSE 0 END)::smallint
$$;
