"""A methodology's way: heard by experts and by the public, published by two persons, one version on a day."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.credits.filing.roads import (
    NOTICE,
    TRANSIT,
    assessed,
    by_one,
    by_two,
    day,
    drafted,
    filed,
    heard,
    in_comment,
    past_comment,
    published,
    retired,
    revision,
    taken_over,
    today,
)
from tests.people.cast import Cast
from typer.testing import CliRunner

from tanheng.cases.models import Passage
from tanheng.cases.taking import take
from tanheng.cli import app
from tanheng.cli.screen import faults_told
from tanheng.credits.filing.actions import (
    do_begin_methodology,
    do_begin_revision,
    do_comment_methodology,
    do_give_opinion,
    do_show_comment,
    do_take_in_methodology,
)
from tanheng.credits.filing.folders import digest_of, folder_of, texts_of
from tanheng.credits.filing.models import KeptText, MethodologyCase, PublicComment
from tanheng.credits.filing.published import is_published, version_on, versions_between
from tanheng.measures.credits.library import PACKAGED
from tanheng.people.rights import HOUSE, Refused
from tanheng.problems import InputRejected


def refused(code: str) -> Any:
    return pytest.raises(InputRejected, match=rf"\[{code}\]")


@pytest.fixture(autouse=True)
def _place_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANHENG_DATA", str(tmp_path))


def test_from_a_draft_to_a_version_in_force(cast: Cast):
    case = published(cast)
    assert (case.state, case.in_force_from, case.published_on) == ("published", today(), today())
    assert case.digest == digest_of(PACKAGED / TRANSIT / "v1")
    steps = list(
        Passage.objects.filter(kind="methodologies", case=case.pk).order_by("pk").values_list("step", "target")
    )
    assert steps == [
        ("begin", "draft"),
        ("file", "filed"),
        ("assess", "assessed"),
        ("open_comment", "comment"),
        ("publish", "published"),
    ]
    last = Passage.objects.get(kind="methodologies", case=case.pk, step="publish")
    assert (last.by, last.second_by) == (cast.user("bureau", "officer"), cast.user("bureau", "approver"))
    found = version_on(TRANSIT, today())
    assert found is not None and (found.version, found.digest, found.until) == ("v1", case.digest, None)
    assert found.methodology().reduction == "reduction_g"
    assert version_on(TRANSIT, today() - timedelta(days=1)) is None
    assert is_published(TRANSIT, "v1", today()) and not is_published(TRANSIT, "v2", today())


def test_nothing_is_in_force_that_nobody_published(cast: Cast):
    past_comment(cast)
    assert version_on(TRANSIT, date(2025, 3, 1)) is None
    assert versions_between(date(2020, 1, 1), date(2030, 1, 1)) == []


def test_one_expert_is_not_enough(cast: Cast):
    case = filed(cast)
    do_give_opinion(case, "for", "Good.", acting_user=cast.user("bureau", "expert"))
    with refused("filing.E010"):
        by_one(case, "assess", cast.user("bureau", "officer"))


def test_two_against_do_not_make_two_for(cast: Cast):
    case = filed(cast)
    for expert in ("expert", "expert2"):
        do_give_opinion(case, "against", "The baseline is too high.", acting_user=cast.user("bureau", expert))
    with refused("filing.E010"):
        by_one(case, "assess", cast.user("bureau", "officer"), answer="We do it all the same.")


def test_a_condition_of_an_expert_is_answered(cast: Cast):
    case = filed(cast)
    do_give_opinion(case, "for", "Good.", acting_user=cast.user("bureau", "expert"))
    do_give_opinion(case, "conditional", "Only with a cap.", acting_user=cast.user("bureau", "expert2"))
    with refused("filing.E011"):
        by_one(case, "assess", cast.user("bureau", "officer"))
    by_one(case, "assess", cast.user("bureau", "officer"), answer="The cap is in the next version.")
    assert case.answer_to_experts == "The cap is in the next version."


def test_an_expert_says_it_once_and_only_while_it_is_filed(cast: Cast):
    case = heard(cast)
    with pytest.raises(InputRejected, match="has said what there is to say"):
        do_give_opinion(case, "against", "On second thought.", acting_user=cast.user("bureau", "expert"))
    by_one(case, "assess", cast.user("bureau", "officer"))
    with refused("filing.E020"):
        do_give_opinion(case, "for", "Late.", acting_user=cast.user("bureau", "expert3"))


def test_who_files_does_not_judge(cast: Cast):
    officer = cast.user("bureau", "officer")
    officer.memberships.create(organisation=cast.organisation("bureau"), role="expert")
    case = drafted(cast, whose="bureau")
    by_one(case, "file", cast.user("bureau", "officer"))
    with refused("filing.E021"):
        do_give_opinion(case, "for", "My own work.", acting_user=cast.user("bureau", "officer"))


def test_an_expert_of_the_pool_who_works_for_the_filer_does_not_judge(cast: Cast):
    expert = cast.user("bureau", "expert")
    expert.memberships.create(organisation=cast.organisation("developer"), role="reader")
    case = filed(cast)
    with refused("filing.E021"):
        do_give_opinion(case, "for", "Good.", acting_user=cast.user("bureau", "expert"))


def test_what_is_sent_back_and_changed_is_heard_anew(cast: Cast, tmp_path: Path):
    case = revision(cast)
    filed(cast, case)
    heard(cast, case)
    by_one(case, "send_back", cast.user("bureau", "officer"), what="The metro's figure.")
    texts = {"parameters.yaml": texts_of(case)["parameters.yaml"].replace("45", "44")}
    texts["scenarios.yaml"] = texts_of(case)["scenarios.yaml"].replace("metro_g: 387", "metro_g: 378.4")
    texts["scenarios.yaml"] = texts["scenarios.yaml"].replace("reduction_g: 387", "reduction_g: 378")
    before = case.digest
    again = do_begin_revision(
        case,
        {**texts_of(case), **texts},
        organisation=cast.organisation("developer"),
        acting_user=cast.user("developer", "representative"),
    )
    assert again.pk == case.pk and again.digest != before
    by_one(again, "file", cast.user("developer", "representative"))
    with refused("filing.E010"):
        by_one(again, "assess", cast.user("bureau", "officer"))


def test_nobody_publishes_while_the_public_can_comment(cast: Cast):
    case = in_comment(cast)
    asked = take(case, "publish", acting_user=cast.user("bureau", "officer"), given={"from": day(0)})
    assert asked.approval is not None
    from tanheng.people.approvals import confirm

    with refused("filing.E013"):
        confirm(asked.approval.pk, cast.user("bureau", "approver"))


def test_comments_are_answered_before_publication(cast: Cast):
    case = in_comment(cast)
    comment = do_comment_methodology(case, "Night buses are missing.", name="A passenger")
    MethodologyCase.objects.filter(pk=case.pk).update(comment_from=day(-9), comment_until=day(-1))
    with refused("filing.E014"):
        by_two(case, "publish", cast, **{"from": day(0)})
    MethodologyCase.objects.get(pk=case.pk)
    by_two(case, "publish", cast, **{"from": day(0), "answer": "They come with the next version."})
    assert case.state == "published" and comment.shown is None


def test_comments_come_in_time_or_not_at_all(cast: Cast):
    with refused("filing.E022"):
        do_comment_methodology(assessed(cast), "Too early.")


def test_a_comment_is_shown_by_the_bureau_and_hidden_with_a_reason(cast: Cast):
    comment = do_comment_methodology(in_comment(cast), "Good.")
    officer = cast.user("bureau", "officer")
    with refused("filing.E023"):
        do_show_comment(comment, shown=False, acting_user=officer)
    with pytest.raises(Refused):
        do_show_comment(comment, shown=True, acting_user=cast.user("developer", "representative"))
    do_show_comment(comment, shown=False, because="Names a private person", acting_user=officer)
    assert PublicComment.objects.get().hidden_because == "Names a private person"


@pytest.mark.parametrize(
    ("begin", "end"), [(-1, 10), (5, 4)], ids=["begins before anybody could know", "ends before it begins"]
)
def test_the_days_of_comment_are_days_on_which_one_can_comment(begin: int, end: int, cast: Cast):
    case = assessed(cast)
    with refused("filing.E012"):
        by_one(case, "open_comment", cast.user("bureau", "officer"), **{"from": day(begin), "until": day(end)})


@pytest.mark.parametrize("first", [-1, -4000], ids=["yesterday", "before the text itself holds"])
def test_nothing_is_credited_backwards(first: int, cast: Cast):
    case = past_comment(cast)
    with refused("filing.E015"):
        by_two(case, "publish", cast, **{"from": day(first)})


def test_what_was_published_by_notice_is_taken_over_and_says_so(cast: Cast):
    case = taken_over(cast)
    assert (case.state, case.notice, case.in_force_from) == ("published", NOTICE, date(2022, 1, 1))
    assert is_published(TRANSIT, "v1", date(2025, 3, 1)) and not is_published(TRANSIT, "v1", date(2021, 12, 31))


def test_what_nobody_published_is_not_taken_over(cast: Cast):
    case = drafted(cast, "gd_distributed_pv", "bureau")
    with refused("filing.E016"):
        by_two(case, "take_over", cast, notice="A rumour")


def test_a_new_version_takes_the_place_of_the_one_before(cast: Cast):
    old = taken_over(cast)
    new = published(cast, revision(cast), first=day(10))
    old.refresh_from_db()
    assert (old.state, old.in_force_until) == ("revised", today() + timedelta(days=10))
    assert new.state == "published" and not new.packaged
    before, after = version_on(TRANSIT, today() + timedelta(days=9)), version_on(TRANSIT, today() + timedelta(days=10))
    assert before is not None and after is not None
    assert (before.version, after.version) == ("v1", "v2")
    assert after.methodology().digest != before.methodology().digest
    assert [each.version for each in versions_between(date(2022, 1, 1), date(2099, 1, 1))] == ["v1", "v2"]


def test_no_version_is_replaced_by_hand(cast: Cast):
    case = taken_over(cast)
    revision(cast)
    with refused("filing.E017"):
        by_two(case, "revise", cast, by="v2")


def test_a_revision_whose_worked_number_does_not_come_out_is_no_draft(cast: Cast):
    base = taken_over(cast)
    texts = texts_of(base)
    texts["parameters.yaml"] = texts["parameters.yaml"].replace("46.7", "45")
    texts["methodology.yaml"] = texts["methodology.yaml"].replace("version: v1", "version: v2")
    with refused("filing.E037"):
        do_begin_revision(
            base,
            texts,
            organisation=cast.organisation("developer"),
            acting_user=cast.user("developer", "representative"),
        )


def test_no_code_comes_with_a_revision(cast: Cast):
    base = taken_over(cast)
    with refused("filing.E031"):
        do_begin_revision(
            base,
            {**texts_of(base), "rules.py": "import os"},
            organisation=cast.organisation("developer"),
            acting_user=cast.user("developer", "representative"),
        )


def test_a_kept_text_that_somebody_changed_is_not_what_was_published(cast: Cast):
    new = published(cast, revision(cast))
    found = version_on(TRANSIT, today())
    assert found is not None and found.version == "v2"
    place = folder_of(new.digest, TRANSIT, "v2", packaged=False) / "parameters.yaml"
    place.write_text(place.read_text("utf-8").replace("45", "90"), encoding="utf-8")
    with refused("filing.E034"):
        found.methodology()


def test_a_folder_of_an_operator_is_taken_in_and_kept_by_its_digest(cast: Cast, tmp_path: Path):
    folder = copy_of_transit(tmp_path)
    case = do_take_in_methodology(folder, organisation=cast.organisation("developer"), acting_user=HOUSE)
    assert (case.called, case.state, case.packaged) == (f"{TRANSIT} v9", "draft", False)
    assert digest_of(folder_of(case.digest, TRANSIT, "v9", packaged=False)) == case.digest
    (folder / "notes.txt").write_text("later", encoding="utf-8")
    with refused("filing.E031"):
        do_take_in_methodology(folder, organisation=cast.organisation("developer"), acting_user=HOUSE)


def test_a_version_that_came_with_the_program_is_not_taken_in_from_a_folder(cast: Cast, tmp_path: Path):
    folder = copy_of_transit(tmp_path, "v1")
    with refused("filing.E036"):
        do_take_in_methodology(folder, organisation=cast.organisation("developer"), acting_user=HOUSE)


def copy_of_transit(place: Path, version: str = "v9") -> Path:
    folder = place / "mine"
    folder.mkdir()
    for file in (PACKAGED / TRANSIT / "v1").iterdir():
        if file.is_file():
            text = file.read_text("utf-8").replace("version: v1", f"version: {version}")
            (folder / file.name).write_text(text, encoding="utf-8")
    return folder


def test_two_may_draft_the_same_version_and_one_files_it(cast: Cast):
    filed(cast)
    other = drafted(cast, whose="bureau")
    with refused("filing.E009"):
        by_one(other, "file", cast.user("bureau", "officer"))
    with refused("filing.E009"):
        do_begin_methodology(
            TRANSIT,
            "v1",
            organisation=cast.organisation("bureau"),
            acting_user=cast.user("bureau", "officer"),
        )


def test_what_is_retired_holds_until_its_day(cast: Cast):
    case = retired(cast)
    assert case.state == "retired"
    assert is_published(TRANSIT, "v1", today() + timedelta(days=99))
    assert not is_published(TRANSIT, "v1", today() + timedelta(days=100))


def test_a_machine_without_the_folder_has_it_from_the_books(cast: Cast, tmp_path: Path):
    case = published(cast, revision(cast))
    shutil.rmtree(tmp_path / "methodologies")
    found = version_on(TRANSIT, today())
    assert found is not None and found.methodology().version == "v2"
    assert digest_of(folder_of(case.digest, TRANSIT, "v2", packaged=False)) == case.digest


def _laughs() -> str:
    """Nine lists of nine of the one before: a few hundred letters that mean a billion."""
    names = "abcdefghij"
    lines = [f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in pairwise(names)]
    return "\n".join(["a: &a [x, x, x]", *lines])


@pytest.mark.parametrize(
    "text",
    [
        _laughs(),
        "[" * 50_000,
        "\x00",
        "!!python/object/apply:os.system ['true']",
        "x" * 200_001,
    ],
    ids=["expands a billion times", "nested", "NUL", "an object", "too large"],
)
def test_a_text_that_means_harm_is_refused_in_no_time(text: str, cast: Cast):
    base = taken_over(cast)
    with pytest.raises(InputRejected):
        do_begin_revision(
            base,
            {**texts_of(base), "parameters.yaml": text},
            organisation=cast.organisation("developer"),
            acting_user=cast.user("developer", "representative"),
        )
    assert KeptText.objects.count() == 0


def test_the_operator_takes_a_folder_in_by_a_command(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    command = import_module("tanheng.cli.file_methodology")
    monkeypatch.setattr(command, "books_in_step", faults_told)
    folder = copy_of_transit(tmp_path)
    done = CliRunner().invoke(app, ["file-methodology", str(folder), "--organisation", "developer"])
    assert done.exit_code == 0, done.output
    case = MethodologyCase.objects.get()
    assert case.digest in done.output and case.organisation == cast.organisation("developer")
    (folder / "rules.py").write_text("import os\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["file-methodology", str(folder), "--organisation", "developer"])
    assert done.exit_code == 2 and "methodology.E0" in done.output
    done = CliRunner().invoke(app, ["file-methodology", str(folder), "--organisation", "nobody"])
    assert done.exit_code == 2 and "filing.E039" in done.output
