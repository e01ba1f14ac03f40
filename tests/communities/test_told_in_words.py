"""What the warehouse, the rulebook or a study refuses reaches the quiet city's readers in their language."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.communities.roads import OFFICER, a_study
from tests.people.cast import Cast

from tanheng.communities.models import Study
from tanheng.measures.quiet.study import Study as Calculated

WRONG = "organisation,name,address,households,measures\nNobody,Court,Road 1,0,\n"


def officer(cast: Cast, language: str) -> Client:
    client = Client(headers={"Accept-Language": language})
    client.force_login(cast.user(*OFFICER))
    return client


def file() -> SimpleUploadedFile:
    return SimpleUploadedFile("申请.csv", WRONG.encode(), "text/csv")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_faults_of_a_file_are_told_on_the_page_and_to_a_program(language: str, cast: Cast):
    client = officer(cast, language)
    page = client.post(reverse("import_communities"), {"file": file()})
    assert page.status_code == 422
    answer = client.post("/api/quiet/communities/import", {"file": file()})
    assert answer.status_code == 422 and answer["Content-Type"] == "application/problem+json"
    details = [each["detail"] for each in json.loads(answer.content)["errors"]]
    told = unescape(page.content.decode())
    assert all(each in told for each in details), "the page and the program say the same"
    wanted = {
        "en": "申请.csv line 2, column households: is 0, must be between 1 and 1e+06",
        "zh": "申请.csv 第 2 行 households 列：现为 0，应为1 至 1e+06 之间",
    }[language]
    assert any(each.startswith(wanted) for each in details), details
    if language == "zh":
        assert not any(" must be " in each or " line " in each for each in details), details


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_study_that_cannot_be_read_is_a_problem_in_words(
    language: str, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    a_study()
    broken = Study.objects.create(digest="b2" * 32, name="Broken", method="cnossos", receivers=1)
    (broken.folder).mkdir(parents=True, exist_ok=True)
    (broken.folder / "study.json").write_text(json.dumps({"form": "of yesterday"}), encoding="utf-8")
    with pytest.raises(Exception, match=r"noise\.E026"):
        Calculated.load(broken.folder)
    answer = officer(cast, language).get(f"/api/quiet/studies/{broken.digest}/levels")
    assert answer.status_code == 422 and answer["Content-Type"] == "application/problem+json"
    (error,) = json.loads(answer.content)["errors"]
    assert error["code"] == "noise.E026"
    assert {"en": "has the form of yesterday, read is", "zh": "格式为 of yesterday,可读取的是"}[language] in error[
        "detail"
    ]
