"""What the database itself refuses of the quiet city, as SQL; the migrations put it there.

Of communities: a title without an evaluation by a study's score card, by that of another study or outline, by one
that speaks against it, or without two persons besides who evaluated; an evaluation that nobody's step tells of; a
review that is further away than a year; what was applied for or found, exchanged afterwards. Of complaints: the
number or address of a person in the text, a name in their first passage, a text that is changed, a place in a community
that is said other than with the answer.
"""

from __future__ import annotations

STAY = """
CREATE TRIGGER quiet_community_stays BEFORE DELETE OR TRUNCATE ON communities_community
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
CREATE TRIGGER quiet_complaint_stays BEFORE DELETE OR TRUNCATE ON communities_complaint
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
CREATE TRIGGER quiet_study_stays BEFORE DELETE OR TRUNCATE ON communities_study
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
CREATE FUNCTION quiet_study_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.digest, OLD.name, OLD.method, OLD.receivers, OLD.persons, OLD.by_id, OLD.kept_at)
        IS DISTINCT FROM (NEW.id, NEW.digest, NEW.name, NEW.method, NEW.receivers, NEW.persons, NEW.by_id, NEW.kept_at)
    THEN
        RAISE EXCEPTION 'study %: only who reads it changes', OLD.digest USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quiet_study_fixed BEFORE UPDATE ON communities_study
    FOR EACH ROW EXECUTE FUNCTION quiet_study_fixed();
"""
STAY_UNDONE = """
DROP TRIGGER quiet_community_stays ON communities_community;
DROP TRIGGER quiet_complaint_stays ON communities_complaint;
DROP TRIGGER quiet_study_stays ON communities_study;
DROP TRIGGER quiet_study_fixed ON communities_study;
DROP FUNCTION quiet_study_fixed();
"""

TITLE = """
CREATE FUNCTION quiet_title_earned() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    today date := (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.study_id IS NOT NULL OR NEW.judged IS NOT NULL OR NEW.finding <> '' OR NEW.evaluated_by_id IS NOT NULL
            OR NEW.titled_on IS NOT NULL OR NEW.review_due IS NOT NULL OR NEW.ended_on IS NOT NULL
        THEN
            RAISE EXCEPTION 'a community begins with its application alone' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.id, OLD.organisation_id, OLD.name, OLD.address, OLD.households, OLD.measures)
        IS DISTINCT FROM (NEW.id, NEW.organisation_id, NEW.name, NEW.address, NEW.households, NEW.measures)
    THEN
        RAISE EXCEPTION 'community %: what was applied with does not change', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.study_id, OLD.feature, OLD.finding, OLD.judged, OLD.evaluated_by_id)
        IS DISTINCT FROM (NEW.study_id, NEW.feature, NEW.finding, NEW.judged, NEW.evaluated_by_id)
        AND NOT (OLD.state = 'applied' AND NEW.state = 'evaluated')
    THEN
        RAISE EXCEPTION 'community %: what was found does not change', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state IN ('evaluated', 'titled') AND NEW.state <> OLD.state AND OLD.state <> 'review' AND (
        NEW.study_id IS NULL OR NEW.finding = ''
        OR jsonb_typeof(NEW.judged -> 'card') IS DISTINCT FROM 'object'
        OR jsonb_typeof(NEW.judged -> 'figures') IS DISTINCT FROM 'object')
    THEN
        RAISE EXCEPTION 'community %: it has no evaluation with the score card of a study', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.titled_on IS DISTINCT FROM NEW.titled_on
        AND (OLD.state <> 'evaluated' OR NEW.state <> 'titled' OR NEW.titled_on > today)
    THEN
        RAISE EXCEPTION 'community %: the day of its title does not change', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.review_due IS DISTINCT FROM NEW.review_due AND (
        NEW.review_due IS NULL OR NEW.review_due > today + interval '1 year'
        OR NEW.review_due > OLD.review_due AND NOT (OLD.state = 'review' AND NEW.state = 'titled')
        OR OLD.review_due IS NULL AND NOT (OLD.state = 'evaluated' AND NEW.state = 'titled'))
    THEN
        RAISE EXCEPTION 'community %: a review comes each year and is not put off', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'review' AND NEW.state = 'titled' AND (NEW.report = '' OR NEW.review_due <= today) THEN
        RAISE EXCEPTION 'community %: it is renewed by a report, until a day to come', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.ended_on IS DISTINCT FROM NEW.ended_on AND NOT (OLD.state <> 'ended' AND NEW.state = 'ended')
        OR NEW.state = 'ended' AND NEW.ended_on IS NULL
    THEN
        RAISE EXCEPTION 'community %: the day on which its title ended does not change', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quiet_title_earned BEFORE INSERT OR UPDATE ON communities_community
    FOR EACH ROW EXECUTE FUNCTION quiet_title_earned();

CREATE FUNCTION quiet_title_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted text := CASE NEW.state WHEN 'titled' THEN 'give_title' ELSE 'end' END;
BEGIN
    IF OLD.state = NEW.state OR OLD.state = 'review' AND NEW.state = 'titled' THEN
        RETURN NULL;
    END IF;
    IF wanted = 'give_title' AND NEW.evaluated_by_id IS NULL THEN
        RAISE EXCEPTION 'community %: nobody evaluated it', NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM credit_cases_passage p JOIN people_approval a ON a.id = p.approval
        WHERE p.kind = 'communities' AND p."case" = NEW.id AND p.step = wanted AND p.target = NEW.state
            AND a.action = 'cases.communities.' || wanted AND a.payload ->> 'case' = NEW.id::text
            AND a.state = 'confirmed' AND a.requested_by_id = p.by_id AND a.decided_by_id = p.second_by_id
            AND a.requested_by_id <> a.decided_by_id
            AND (wanted = 'end' OR a.decided_by_id IS DISTINCT FROM NEW.evaluated_by_id))
    THEN
        RAISE EXCEPTION 'community %: two persons give a title or take it away, and who evaluated does not confirm it',
            NEW.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER quiet_title_by_two AFTER UPDATE ON communities_community
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state IN ('titled', 'ended'))
    EXECUTE FUNCTION quiet_title_by_two();
"""
TITLE_UNDONE = """
DROP TRIGGER quiet_title_by_two ON communities_community;
DROP FUNCTION quiet_title_by_two();
DROP TRIGGER quiet_title_earned ON communities_community;
DROP FUNCTION quiet_title_earned();
"""

# What ``people.anonymity.number_in`` refuses of numbers that stand in one piece; it refuses more.
NOBODY = """
CREATE FUNCTION quiet_tells_who(said text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    plain text := upper(normalize(said, NFKC));
    weights int[] := ARRAY[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    run text;
    total int;
BEGIN
    IF position('@' IN plain) > 0 THEN
        RETURN true;
    END IF;
    FOR run IN SELECT piece[1] FROM regexp_matches(plain, '([0-9]+X?)', 'g') AS piece LOOP
        IF run ~ '^(0{0,2}86)?1[3-9][0-9]{9}X?$' THEN
            RETURN true;
        END IF;
        IF run ~ '^[0-9]{17}[0-9X]$' THEN
            SELECT sum(substr(run, place, 1)::int * weights[place]) INTO total FROM generate_series(1, 17) AS place;
            IF substr(run, 18, 1) = substr('10X98765432', total % 11 + 1, 1) THEN
                RETURN true;
            END IF;
        END IF;
    END LOOP;
    RETURN false;
END $$;
CREATE FUNCTION quiet_complaint_nobodys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- What was said does not change, and one that was taken before this was watched must still find its answer.
    IF NEW.organisation_id IS NOT NULL
        OR TG_OP = 'INSERT' AND (quiet_tells_who(NEW.place) OR quiet_tells_who(NEW.text))
    THEN
        RAISE EXCEPTION 'a complaint is refused: it tells who complains' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.id, OLD.word, OLD.source, OLD.place, OLD.noticed_at, OLD.text)
        IS DISTINCT FROM (NEW.id, NEW.word, NEW.source, NEW.place, NEW.noticed_at, NEW.text)
    THEN
        RAISE EXCEPTION 'complaint %: what was said does not change', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quiet_complaint_nobodys BEFORE INSERT OR UPDATE ON communities_complaint
    FOR EACH ROW EXECUTE FUNCTION quiet_complaint_nobodys();
CREATE FUNCTION quiet_complaint_begun() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.by_id IS NOT NULL OR NEW.second_by_id IS NOT NULL OR NEW.reason <> '' OR NEW.given <> '{}'::jsonb THEN
        RAISE EXCEPTION 'a complaint is refused: its first passage names nobody' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quiet_complaint_begun BEFORE INSERT ON credit_cases_passage
    FOR EACH ROW WHEN (NEW.kind = 'complaints' AND NEW.source = '') EXECUTE FUNCTION quiet_complaint_begun();
"""
NOBODY_UNDONE = """
DROP TRIGGER quiet_complaint_begun ON credit_cases_passage;
DROP FUNCTION quiet_complaint_begun();
DROP TRIGGER quiet_complaint_nobodys ON communities_complaint;
DROP FUNCTION quiet_complaint_nobodys();
DROP FUNCTION quiet_tells_who(text);
"""

# Beside ``quiet_title_earned``: what was found is of this study and outline, and does not speak against the title.
EVALUATION = """
CREATE FUNCTION quiet_evaluation_own() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    today date := (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date;
    own text := (SELECT digest FROM communities_study WHERE id = NEW.study_id);
BEGIN
    IF NEW.state = 'evaluated' THEN
        IF NEW.judged ->> 'study' IS DISTINCT FROM own THEN
            RAISE EXCEPTION 'community %: its evaluation is of another study', NEW.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.feature <> '' AND NEW.judged ->> 'id' IS DISTINCT FROM NEW.feature THEN
            RAISE EXCEPTION 'community %: its evaluation is of another outline', NEW.id
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.judged ->> 'on' IS NULL OR (NEW.judged ->> 'on')::date > today THEN
            RAISE EXCEPTION 'community %: its evaluation is of no day that was', NEW.id
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    -- What was evaluated before this was watched has no study beside its figures, and may be titled.
    IF NEW.state = 'titled' AND OLD.state = 'evaluated' AND (
        NEW.judged -> 'card' -> 'title' = 'false'::jsonb
        OR NEW.judged ->> 'study' <> own OR NEW.feature <> '' AND NEW.judged ->> 'id' IS DISTINCT FROM NEW.feature)
    THEN
        RAISE EXCEPTION 'community %: its evaluation does not carry the title', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
-- Triggers of a moment go by their names: the words of quiet_title_earned come first.
CREATE TRIGGER quiet_title_evaluation_own BEFORE UPDATE ON communities_community
    FOR EACH ROW WHEN (NEW.state <> OLD.state AND NEW.state IN ('evaluated', 'titled'))
    EXECUTE FUNCTION quiet_evaluation_own();

CREATE FUNCTION quiet_evaluation_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM credit_cases_passage p
        WHERE p.kind = 'communities' AND p."case" = NEW.id AND p.step = 'evaluate' AND p.target = 'evaluated'
            AND p.by_id IS NOT DISTINCT FROM NEW.evaluated_by_id)
    THEN
        RAISE EXCEPTION 'community %: no step tells of its evaluation by this person', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER quiet_evaluation_told AFTER UPDATE ON communities_community
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'evaluated' AND OLD.state <> NEW.state)
    EXECUTE FUNCTION quiet_evaluation_told();
"""
EVALUATION_UNDONE = """
DROP TRIGGER quiet_evaluation_told ON communities_community;
DROP FUNCTION quiet_evaluation_told();
DROP TRIGGER quiet_title_evaluation_own ON communities_community;
DROP FUNCTION quiet_evaluation_own();
"""

# Where a complaint was heard is said with its answer, and stays.
HEARD = """
CREATE FUNCTION quiet_complaint_heard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.community_id IS NOT NULL THEN
        RAISE EXCEPTION 'a complaint begins with what was said alone' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.community_id IS DISTINCT FROM NEW.community_id
        AND NOT (OLD.state = 'looked_into' AND NEW.state = 'answered')
    THEN
        RAISE EXCEPTION 'complaint %: where it was heard is said with the answer', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quiet_complaint_heard BEFORE INSERT OR UPDATE ON communities_complaint
    FOR EACH ROW EXECUTE FUNCTION quiet_complaint_heard();
"""
HEARD_UNDONE = """
DROP TRIGGER quiet_complaint_heard ON communities_complaint;
DROP FUNCTION quiet_complaint_heard();
"""
