"""A methodology with faults is refused with all of them, each with its file and line and what is expected."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from tanheng.measures.credits.library import PACKAGED, methodologies, open_folder, open_methodology
from tanheng.problems import InputRejected, Problem

Draft = Callable[..., Path]


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    """A copy of a methodology, with changes of texts in its files."""

    def make(
        *changes: tuple[str, str, str], of: str = "sz_home_electricity", at: str = "sz_home_electricity/v1"
    ) -> Path:
        folder = tmp_path / at
        if not folder.is_dir():
            shutil.copytree(PACKAGED / of / "v1", folder, ignore=shutil.ignore_patterns("__pycache__"))
        for file, old, new in changes:
            text = (folder / file).read_text(encoding="utf-8")
            assert old in text, f"{old} does not stand in {file}"
            (folder / file).write_text(text.replace(old, new), encoding="utf-8")
        return folder

    return make


def faults(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputRejected) as rejected:
        open_folder(folder)
    return rejected.value.problems


def codes(folder: Path) -> list[str]:
    return [problem.code.removeprefix("methodology.") for problem in faults(folder)]


def test_a_copy_is_as_good_as_the_original(draft: Draft) -> None:
    """Drafts begin as copies."""
    copy = open_folder(draft())
    assert copy.digest == open_methodology("sz_home_electricity", version="v1").digest


HEAD = "methodology.yaml"
ONE_FAULT = [
    ("E002", HEAD, "unit: gCO2e\n", "unit: gCO2e\nunits: gCO2e\n"),
    ("E003", HEAD, "additionality: unset\n", ""),
    ("E003", HEAD, "scheme: shenzhen\n", ""),
    ("E004", HEAD, "scheme: shenzhen", "scheme: shenzen"),
    ("E004", HEAD, "rulebook: shenzhen", "rulebook: shenzen"),
    ("E004", HEAD, "published: 2022-06-21", "published: last year"),
    ("E004", HEAD, "standing: trial", "standing: retired"),
    ("E004", HEAD, "days: 7", "days: 0"),
    ("E005", HEAD, "unit: gCO2e\n", "unit: grams\n"),
    ("E006", HEAD, "standing: trial\n", "standing: retired\nretired: 2022-06-21\n"),
    ("E010", "parameters.yaml", "sz_home_electricity.factor:", "home.factor:"),
    ("E012", HEAD, "baseline: baseline_g", "baseline: base_g"),
    ("E013", HEAD, "reduction: reduction_g}\nunit: gCO2e", "reduction: reduction_g}\nunit: kgCO2e"),
    ("E014", HEAD, "column: persons\n    unit: person", "column: persons\n    unit: d"),
    ("E015", HEAD, "mode: persons, unit: person, column: persons", "mode: persons, unit: person, column: people"),
    ("E015", HEAD, "of: electricity_kwh", "of: electricity"),
    ("E017", HEAD, "通过缴费平台实名登记。}", "登记。, rule: is_registered}"),
    ("E021", "rules.py", "@rule(PERSON_DAY, unit", "@rule(PERSON_DAY unit"),
    ("E022", "rules.py", "_CITES =", "print('hello')\n_CITES ="),
    ("E022", "rules.py", "return electricity_kwh * factor", "return electricity_kwh * factor.__class__"),
    ("E022", "rules.py", "return electricity_kwh * factor", "return eval('electricity_kwh * factor')"),
    ("E022", "rules.py", "return electricity_kwh * factor", "import tanheng.text; return electricity_kwh * factor"),
    ("E023", "rules.py", "from tanheng.text import Text", "from tanheng.text import Text\nimport os"),
    ("E023", "rules.py", "from tanheng.text import Text", "from tanheng.text import Text\nfrom ..elsewhere import x"),
    ("E024", "rules.py", "@rule(PERSON_DAY, unit", "@rule(PERSON_YEAR, unit"),
]


@pytest.mark.parametrize(("code", "file", "old", "new"), ONE_FAULT, ids=lambda part: str(part)[:40])
def test_a_fault_is_told_with_its_code_and_place(draft: Draft, code: str, file: str, old: str, new: str) -> None:
    found = faults(draft((file, old, new)))
    assert code in {problem.code.removeprefix("methodology.") for problem in found}
    told = next(problem for problem in found if problem.code.endswith(code))
    assert told.file == f"sz_home_electricity/v1/{file}"
    assert told.message or told.expected


def test_all_faults_come_at_once(draft: Draft) -> None:
    """Mending one to be told the next is how a morning goes."""
    folder = draft(
        (HEAD, "scheme: shenzhen", "scheme: mars"),
        (HEAD, "days: 7", "days: seven"),
        ("rules.py", "_CITES =", "import os\n_CITES ="),
    )
    assert {"E004", "E023"} <= set(codes(folder)) and len(codes(folder)) >= 3


def test_parameters_have_the_checks_of_a_rulebook(draft: Draft) -> None:
    folder = draft(
        ("parameters.yaml", "unit: gCO2/kWh", "unit: gCO2/kwh"), ("parameters.yaml", "status: reported", "status: sure")
    )
    assert {problem.code for problem in faults(folder)} >= {"rulebook.E005", "rulebook.E004"}


def test_units_of_rules_are_checked(draft: Draft) -> None:
    """Grams a kWh times tonnes would be off by a million, quietly."""
    (problem,) = faults(draft(("parameters.yaml", "unit: gCO2/kWh", "unit: tCO2/kWh")))[:1]
    assert problem.code.startswith("plan.") and problem.file == "sz_home_electricity/v1/rules.py"


def test_a_parameter_that_no_rule_uses_is_told(draft: Draft) -> None:
    folder = draft()
    more = "sz_home_electricity.spare:\n  title: {en: spare, zh: 备用}\n  unit: km\n  values: {2022-06-21: 1}\n"
    with (folder / "parameters.yaml").open("a", encoding="utf-8") as file:
        file.write(f"{more}  source: methodology\n  status: reported\n")
    assert codes(folder) == ["E016"]


@pytest.mark.parametrize("file", [HEAD, "parameters.yaml", "tables.py", "rules.py"])
def test_a_file_that_is_not_there(draft: Draft, file: str) -> None:
    folder = draft()
    (folder / file).unlink()
    assert file in str(faults(folder)[0])


def test_code_with_faults_is_never_run(draft: Draft, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    folder = draft(("tables.py", "PERSON_DAY =", f"open({str(trace)!r}, 'w')\nPERSON_DAY ="))
    assert "E022" in codes(folder)
    assert not trace.exists()


class TestVersions:
    """A second version begins on 2025-01-01, with a factor of its own; the first is retired that day."""

    @pytest.fixture
    def library(self, draft: Draft, tmp_path: Path) -> Path:
        name = "sz_public_transport"
        draft((HEAD, "standing: trial", "standing: retired\nretired: 2025-01-01"), of=name, at=f"{name}/v1")
        draft(
            (HEAD, "version: v1", "version: v2"),
            (HEAD, "from: 2022-01-01", "from: 2025-01-01"),
            ("parameters.yaml", "metro: 46.7", "metro: 45"),
            of=name,
            at=f"{name}/v2",
        )
        return tmp_path

    def test_the_version_follows_the_day(self, library: Path) -> None:
        for day, version in ((date(2024, 12, 31), "v1"), (date(2025, 1, 1), "v2")):
            assert open_methodology("sz_public_transport", on=day, library=library).version == version

    def test_a_retired_one_can_be_read_and_takes_no_new_period(self, library: Path) -> None:
        shutil.rmtree(library / "sz_public_transport" / "v2")
        assert open_methodology("sz_public_transport", version="v1", library=library).standing == "retired"
        with pytest.raises(InputRejected, match="v1 was retired on 2025-01-01"):
            open_methodology("sz_public_transport", on=date(2025, 1, 1), library=library)

    def test_a_folder_that_calls_itself_otherwise(self, library: Path) -> None:
        (library / "sz_public_transport" / "v2").rename(library / "sz_public_transport" / "v3")
        with pytest.raises(InputRejected, match="lies in sz_public_transport/v3 and calls itself"):
            methodologies(library)

    def test_each_day_is_credited_by_its_version(self, library: Path, tmp_path: Path) -> None:
        from tests.measures.credits.events import Event, credited

        from tanheng.measures.credits.crediting import in_force

        spans = in_force(["sz_public_transport"], date(2024, 12, 1), date(2025, 1, 31), library=library)
        events = [Event(event_id="1", at="2024-12-31 23:59:59"), Event(event_id="2", at="2025-01-01 00:00:00")]
        answer = credited(tmp_path / "events", *spans, files=[events])
        found = {day: (row["version"], row["reduction_g"]) for (_, day), row in answer.rows.items()}
        assert found == {date(2024, 12, 31): ("v1", 467), date(2025, 1, 1): ("v2", 450)}

    def test_a_value_that_changes_within_a_version_holds_from_its_day(self, draft: Draft, tmp_path: Path) -> None:
        from tests.measures.credits.events import Event, all_year, credited

        folder = draft(
            ("parameters.yaml", "      metro: 46.7\n", "      metro: 46.7\n    2025-06-15:\n      metro: 40\n"),
            of="sz_public_transport",
            at="sz_public_transport/v9",
        )
        events = [Event(event_id="1", at="2025-06-14 12:00:00"), Event(event_id="2", at="2025-06-15 12:00:00")]
        answer = credited(tmp_path / "events", all_year(open_folder(folder)), files=[events])
        assert [answer.rows["P1", date(2025, 6, day)]["reduction_g"] for day in (14, 15)] == [467, 400]


def test_threads_that_ask_for_the_same_methodology_at_once_all_get_the_whole_of_it(draft: Draft):
    """A web process opens methodologies for several requests at once; the first time none of them is loaded yet."""
    for round_ in range(10):
        # Another content each time, which no thread has loaded before.
        folder = draft(("rules.py", "from __future__", f"# {round_}\nfrom __future__"))
        start = threading.Barrier(8)

        def open_it(_number: int, start: threading.Barrier = start, folder: Path = folder) -> int:
            start.wait()
            return len(open_folder(folder).rules)

        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(open_it, range(8)))) == 1
