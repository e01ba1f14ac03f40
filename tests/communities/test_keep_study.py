"""The command that takes a calculated study into the books: once, whole, and for whom it says."""

from __future__ import annotations

import shutil
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest
from django.test import Client
from tests.communities.sight.kept_study import keep
from tests.measures.quiet.small_study import small_study
from typer.testing import CliRunner, Result

from tanheng.cli import app
from tanheng.cli.screen import faults_told
from tanheng.communities.models import Study
from tanheng.communities.studied import METHOD_NAMES
from tanheng.measures.quiet.kept_traffic import FILE as TRAFFIC
from tanheng.measures.quiet.methods import METHODS
from tanheng.people.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the test, which are in step already."""
    monkeypatch.setenv("TANHENG_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(import_module("tanheng.cli.keep_study"), "books_in_step", faults_told)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `tanheng quiet calculate` leaves it, with its traffic."""
    place = tmp_path_factory.mktemp("calculated")
    return place / keep(place)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["keep-study", *map(str, arguments)])


def said(done: Result) -> str:
    """What it tells, without the lines of a narrow screen."""
    return " ".join((done.stdout + done.stderr).split())


def seen_by_anybody(study: Study) -> int:
    return int(Client().get(study.get_absolute_url()).status_code)


def test_a_study_is_kept_with_everything_in_it_for_the_authority(folder: Path):
    done = run(folder)
    assert done.exit_code == 0, done.output
    kept = Study.objects.get()
    assert kept.digest == folder.name and kept.name in said(done)
    assert "for the authority to read" in said(done) and kept.get_absolute_url() in said(done)
    files = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert {
        path.relative_to(kept.folder): path.read_bytes() for path in kept.folder.rglob("*") if path.is_file()
    } == files
    assert (kept.folder / TRAFFIC).exists(), "it can be asked what-ifs"
    assert (kept.receivers, kept.persons) == (small_study().receivers.num_rows, 280)
    assert seen_by_anybody(kept) == 404


def test_for_anybody_and_again(folder: Path):
    assert run(folder).exit_code == 0
    shown = run(folder, "--public")
    assert shown.exit_code == 0 and "for anybody to read" in said(shown)
    kept = Study.objects.get()
    assert kept.public and seen_by_anybody(kept) == 200
    again = run(folder)
    assert again.exit_code == 0 and "for anybody to read" in said(again), "kept again, it stays public"
    assert Study.objects.get().public, "the same study twice is one"
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == [
        *("noise.keep", "noise.keep", "noise.show", "noise.keep")
    ]


def test_another_study_is_another(folder: Path, tmp_path: Path):
    louder = small_study().with_emission(small_study().emission + 3.0)
    louder.save(tmp_path / "louder")
    assert run(folder).exit_code == 0 and run(tmp_path / "louder").exit_code == 0
    assert {each.digest for each in Study.objects.all()} == {folder.name, louder.digest()}
    assert louder.digest() != folder.name
    replace(louder, name="Another quarter").save(tmp_path / "named")
    assert run(tmp_path / "named").exit_code == 0
    assert Study.objects.count() == 3, "a study is its name as well"


def test_what_is_no_study_is_told_and_leaves_nothing(folder: Path, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    cut, mixed = tmp_path / "cut", tmp_path / "mixed"
    for place in (cut, mixed):
        shutil.copytree(folder, place)
    (cut / "levels.parquet").unlink()
    louder = small_study().with_emission(small_study().emission + 3.0)
    louder.save(tmp_path / "louder")
    shutil.copy2(tmp_path / "louder" / "emission.npy", mixed / "emission.npy")
    for place, why in (
        (tmp_path / "empty", "is no study that can be read"),
        (tmp_path / "not there", "is no study that can be read"),
        (cut, "levels.parquet"),
        (mixed, "column emission: is of another study than study.json tells"),
    ):
        done = run(place)
        assert done.exit_code == 2, place
        assert why in said(done) and "noise.E026" in said(done), said(done)
        assert "Traceback" not in said(done)
    assert Study.objects.count() == 0
    assert not any((tmp_path / "data" / "noise").glob("*")), "nothing was copied"


def test_every_method_is_called_by_its_name() -> None:
    """What the books call it is how the method calls itself in English."""
    assert {name: method.title.en for name, method in METHODS.items()} == METHOD_NAMES
