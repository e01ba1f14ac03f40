"""What the database itself refuses of methodologies, opinions and comments; the migration puts it there."""

from __future__ import annotations

from tanheng.credits.filing.methodology_cases import OPINIONS

APPEND_ONLY = """
CREATE TRIGGER credit_opinion_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_filing_expertopinion
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
CREATE TRIGGER credit_trial_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_filing_trial
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
CREATE TRIGGER credit_comment_stays BEFORE DELETE OR TRUNCATE ON credit_filing_publiccomment
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
CREATE FUNCTION credit_comment_text_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.at, OLD.case_id, OLD.name, OLD.text, OLD.salt)
        IS DISTINCT FROM (NEW.id, NEW.at, NEW.case_id, NEW.name, NEW.text, NEW.salt)
    THEN
        RAISE EXCEPTION 'comment %: only whether it is shown changes', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_comment_text_stays BEFORE UPDATE ON credit_filing_publiccomment
    FOR EACH ROW EXECUTE FUNCTION credit_comment_text_stays();
"""
APPEND_ONLY_UNDONE = """
DROP TRIGGER credit_opinion_stays ON credit_filing_expertopinion;
DROP TRIGGER credit_trial_stays ON credit_filing_trial;
DROP TRIGGER credit_comment_stays ON credit_filing_publiccomment;
DROP TRIGGER credit_comment_text_stays ON credit_filing_publiccomment;
DROP FUNCTION credit_comment_text_stays();
"""

# Whoever files a methodology does not judge it; an opinion is about the text as it stands, while it is being assessed.
INDEPENDENT = """
CREATE FUNCTION credit_opinion_independent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    judged credit_filing_methodologycase;
BEGIN
    SELECT * INTO judged FROM credit_filing_methodologycase WHERE id = NEW.case_id FOR SHARE;
    IF judged.filed_by_id = NEW.expert_id THEN
        RAISE EXCEPTION 'expert % filed methodology % and does not judge it', NEW.expert_id, NEW.case_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF judged.state <> 'filed' OR judged.digest <> NEW.digest THEN
        RAISE EXCEPTION 'methodology % is not open to opinions on that text', NEW.case_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_opinion_independent BEFORE INSERT ON credit_filing_expertopinion
    FOR EACH ROW EXECUTE FUNCTION credit_opinion_independent();
CREATE FUNCTION credit_comment_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM credit_filing_methodologycase m WHERE m.id = NEW.case_id AND m.state = 'comment'
            AND (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date BETWEEN m.comment_from AND m.comment_until)
    THEN
        RAISE EXCEPTION 'methodology % is not open to comments today', NEW.case_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_comment_in_time BEFORE INSERT ON credit_filing_publiccomment
    FOR EACH ROW EXECUTE FUNCTION credit_comment_in_time();
"""
INDEPENDENT_UNDONE = """
DROP TRIGGER credit_opinion_independent ON credit_filing_expertopinion;
DROP FUNCTION credit_opinion_independent();
DROP TRIGGER credit_comment_in_time ON credit_filing_publiccomment;
DROP FUNCTION credit_comment_in_time();
"""

# What is assessed was heard by experts; what is published was also open to comment, or was published before by notice.
HEARD = f"""
CREATE FUNCTION credit_methodology_heard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'a methodology begins as a draft' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> 'draft' AND (OLD.identifier, OLD.version, OLD.digest, OLD.packaged, OLD.page, OLD.facts)
        IS DISTINCT FROM (NEW.identifier, NEW.version, NEW.digest, NEW.packaged, NEW.page, NEW.facts)
    THEN
        RAISE EXCEPTION 'methodology %: the text of what was filed does not change', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('published', 'revised', 'retired') AND (
        (OLD.in_force_from, OLD.published_on, OLD.notice) IS DISTINCT FROM
        (NEW.in_force_from, NEW.published_on, NEW.notice)
        OR (OLD.state <> 'published' AND OLD.in_force_until IS DISTINCT FROM NEW.in_force_until))
    THEN
        RAISE EXCEPTION 'methodology %: since when it holds does not change', OLD.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    IF NEW.state IN ('assessed', 'comment') OR (NEW.state = 'published' AND OLD.state <> 'draft') THEN
        IF (SELECT count(*) FROM credit_filing_expertopinion o WHERE o.case_id = NEW.id AND o.digest = NEW.digest
                AND o.verdict <> 'against' AND o.expert_id IS DISTINCT FROM NEW.filed_by_id) < {OPINIONS}
        THEN
            RAISE EXCEPTION 'methodology %: {OPINIONS} experts have to be for its text', NEW.id
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF NEW.state = 'published' AND OLD.state = 'draft' AND (NEW.notice = '' OR NOT NEW.packaged) THEN
        RAISE EXCEPTION 'methodology %: a notice has to say that it was published before', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'published' AND OLD.state = 'comment' AND (NEW.comment_until IS NULL
        OR NEW.comment_until >= (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date)
    THEN
        RAISE EXCEPTION 'methodology %: the public can still comment on it', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_methodology_heard BEFORE INSERT OR UPDATE ON credit_filing_methodologycase
    FOR EACH ROW EXECUTE FUNCTION credit_methodology_heard();
CREATE TRIGGER credit_methodology_stays BEFORE DELETE OR TRUNCATE ON credit_filing_methodologycase
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
CREATE TRIGGER credit_scene_stays BEFORE DELETE OR TRUNCATE ON credit_filing_scenecase
    FOR EACH STATEMENT EXECUTE FUNCTION books_append_only();
"""
HEARD_UNDONE = """
DROP TRIGGER credit_methodology_heard ON credit_filing_methodologycase;
DROP FUNCTION credit_methodology_heard();
DROP TRIGGER credit_methodology_stays ON credit_filing_methodologycase;
DROP TRIGGER credit_scene_stays ON credit_filing_scenecase;
"""
