"""What a study says stands beside the application: as worked out, with what is missing, for who may read it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation
from tests.communities.roads import DIGEST, OFFICER, a_study, applied, evaluated, titled
from tests.people.cast import Cast

from tanheng.cases.taking import take
from tanheng.communities.judging import judged
from tanheng.communities.models import Community
from tanheng.communities.paper import page_of, paper
from tanheng.measures.quiet.study import Study as Calculated
from tanheng.problems import InputRejected


def test_figures_of_the_study_are_kept_and_no_score_is_made_up(cast: Cast):
    case = evaluated(cast)
    assert case.study is not None and case.judged is not None
    receivers = Calculated.load(case.study.folder).receivers
    persons = case.judged["figures"]["persons"]
    lived_in = sum(each for each in receivers["persons"].to_pylist() if each is not None)
    assert persons["value"] == pytest.approx(lived_in)
    card = case.judged["card"]
    assert card["score"] is None and card["title"] is None, "nobody published weights of the city"
    assert any("noise.score_weight" in each["en"] for each in card["missing"])
    assert case.judged == judged(case.study, ""), "the same study says the same"


def test_a_community_that_the_study_does_not_have_is_told(cast: Cast):
    case = applied(cast)
    a_study()
    given = {"study": DIGEST[:8], "feature": "nowhere", "finding": "Quiet"}
    with pytest.raises(InputRejected, match=r"noise\.E086"):
        take(case, "evaluate", acting_user=cast.user(*OFFICER), given=given)
    case = Community.objects.get(pk=case.pk)
    assert (case.state, case.judged, case.study) == ("applied", None, None)


def test_the_report_is_a_file_in_both_languages_and_keeps_the_finding(cast: Cast):
    case = titled(cast)
    with translation.override("zh-hans"):
        public, own = page_of(case, whole=False), page_of(case, whole=True)
    assert "居住人口" in public and "得分:无法确定" in public
    assert "Quiet on every side" in own and "Quiet on every side" not in public
    sent = Client().get(f"{case.get_absolute_url()}report-en.pdf")
    assert sent.status_code == 200 and sent["Content-Type"] == "application/pdf"
    assert sent.content.startswith(b"%PDF") and paper(case, "zh", whole=True).startswith(b"%PDF")
    page = Client().get(case.get_absolute_url()).content.decode()
    assert "Score: undetermined." in page and "calculated, not measured" in page


def test_nobody_else_prints_an_application(cast: Cast):
    assert Client().get(f"{evaluated(cast).get_absolute_url()}report-zh.pdf").status_code == 404
