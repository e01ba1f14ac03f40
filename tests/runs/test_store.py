"""A run folder stands whole or not at all, and says when somebody changed it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tanheng.problems import InputRejected
from tanheng.runs.manifest import MANIFEST, Input, Manifest, RulebookUsed
from tanheng.runs.store import (
    Origin,
    Run,
    clear_abandoned,
    digests,
    find_run,
    new_folder,
    open_run,
    origin_of,
    remember_origin,
)
from tanheng.text import Text

CITY = Text("Testville", "测试市")
ADDRESS = "0123456789abcdef"
EMPTY = Manifest(
    ADDRESS, "1", CITY, 2024, date(2024, 12, 31), False, RulebookUsed("test", CITY, "00", {"official": 1}), {"m": CITY},
    (Input("facilities", "real/facilities.csv", "00", 3), Input(None, "city.yaml", "00", None)), 0, "0", "00", {}, {},
)  # fmt: skip


def write_run(runs: Path, address: str = ADDRESS, content: str = "one") -> Path:
    with new_folder(runs, address, replace=True) as folder:
        (folder / "tables").mkdir()
        (folder / "tables" / "a.csv").write_text(content)
        replace(EMPTY, address=address).with_files(digests(folder)).write(folder)
    return runs / address


def partials(runs: Path) -> list[str]:
    return [path.name for path in runs.iterdir() if path.name.startswith(".partial-")]


def test_a_manifest_comes_back_as_it_was(tmp_path: Path) -> None:
    run = open_run(write_run(tmp_path), verify=True)
    assert run.manifest == replace(EMPTY, files=run.manifest.files)
    assert list(run.manifest.files) == ["tables/a.csv"]


def test_a_folder_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), new_folder(tmp_path, ADDRESS) as folder:
        (folder / "half").write_text("half")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


KILLED = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    from tanheng.runs.store import new_folder
    with new_folder(Path(sys.argv[1]), "0123456789abcdef") as folder:
        (folder / "half").write_text("half written")
        print("writing", flush=True)
        time.sleep(60)
    """
)


def killed_in_the_middle(runs: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(runs)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "writing\n"
    assert clear_abandoned(runs) == (), "a folder that somebody is writing must be left alone"
    assert len(partials(runs)) == 1
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()


def test_a_killed_run_leaves_no_run_and_the_next_one_cleans_up(tmp_path: Path) -> None:
    killed_in_the_middle(tmp_path)
    assert not (tmp_path / ADDRESS).exists(), "what a killed run wrote must not look like a run"
    assert len(partials(tmp_path)) == 1
    write_run(tmp_path, "fedcba9876543210")
    assert partials(tmp_path) == []
    assert not (tmp_path / ADDRESS).exists()


def test_two_that_write_the_same_run_leave_one(tmp_path: Path) -> None:
    with new_folder(tmp_path, ADDRESS) as slower:
        faster = write_run(tmp_path)
        (slower / "other").write_text("other")
    assert open_run(faster, verify=True).manifest.address == ADDRESS
    assert partials(tmp_path) == []


def test_replacing_a_run_takes_all_of_the_old_one_away(tmp_path: Path) -> None:
    old = write_run(tmp_path)
    (old / "stray").write_text("stray")
    open_run(write_run(tmp_path, content="two"), verify=True)
    assert (old / "tables" / "a.csv").read_text() == "two"


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda run: (run / "tables" / "a.csv").write_text("changed"), "runs.E003"),
        (lambda run: (run / "tables" / "a.csv").unlink(), "runs.E003"),
        (lambda run: (run / "stray").write_text("stray"), "runs.E004"),
        (lambda run: (run / MANIFEST).write_text("{"), "runs.E002"),
        (lambda run: (run / MANIFEST).unlink(), "runs.E001"),
    ],
)
def test_a_damaged_run_is_found(damage, code: str, tmp_path: Path) -> None:
    """A figure that somebody changed in a run folder must not pass for the run's own."""
    folder = write_run(tmp_path)
    damage(folder)
    with pytest.raises(InputRejected) as rejected:
        open_run(folder, verify=True)
    assert [problem.code for problem in rejected.value.problems] == [code]


def test_a_run_is_found_by_folder_and_by_the_beginning_of_its_address(tmp_path: Path) -> None:
    folder = write_run(tmp_path)
    write_run(tmp_path, "0999999999999999")
    assert find_run(str(folder), tmp_path).folder == folder
    assert find_run("01", tmp_path).folder == folder
    for name, said in (("0", "more than one"), ("ff", "no run in"), ("", "more than one")):
        with pytest.raises(InputRejected, match=said):
            find_run(name, tmp_path)


def test_where_a_run_came_from_is_beside_it_and_not_in_it(tmp_path: Path) -> None:
    """A path of this machine inside the run would make equal runs differ."""
    run = open_run(write_run(tmp_path))
    assert origin_of(run) is None
    origin = Origin(Path("/somewhere/a city"), "shenzhen")
    remember_origin(tmp_path, ADDRESS, origin)
    assert origin_of(run) == origin
    assert isinstance(open_run(run.folder, verify=True), Run)
