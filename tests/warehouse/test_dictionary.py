"""If one of these fails, the data dictionary in docs/ says other things than the intake checks."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from tanheng.measures.quiet import quarter
from tanheng.warehouse.dictionary import data_dictionary

DOCS = Path(__file__).parents[2] / "docs"
SCRIPT = runpy.run_path(str(DOCS / "data-dictionary.py"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_dictionary_in_docs_is_up_to_date(language) -> None:
    written = (DOCS / SCRIPT["FILES"][language]).read_text(encoding="utf-8")
    assert written == SCRIPT["dictionary"](language), "run: python docs/data-dictionary.py"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_tables_of_noise_are_in_the_dictionary(language) -> None:
    written = (DOCS / SCRIPT["FILES"][language]).read_text(encoding="utf-8")
    for name, schema in quarter.TABLES.items():
        part = written.split(f" · `{name}`\n")[-1].split("\n## ")[0]
        for column in schema.names:
            assert f"| `{column}` |" in part, f"{name}.{column}"
    for name in ("noise_counts", "noise_roads", "noise_monitors", "noise_hours", "noise_complaints"):
        assert f" · `{name}`\n" in written


def test_everything_that_the_intake_checks_is_said(tables) -> None:
    said = data_dictionary(tables, "en")
    assert "| `running` | true or false |  | empty is True | whether it runs |" in said
    assert "| `state` | text |  | if known | state; `open`, `closed` |" in said
    assert "| `sector` | text |  | if known | sector; a category (sector) of parameter `sectors.broad` |" in said
    assert "| `plant_id` | text |  | always | plant; a row of `plants` |" in said
    assert "| `month` | first day of a month |  | always | month |" in said
    assert "| `moist_share` | number |  | if known | share of water; ≥ 0, ≤ 1 |" in said
    assert "| `volume_10k_nm3` | number | 10k Nm3 | if known | volume burned; ≥ 0 |" in said
    assert '| `meter` | text |  | empty is "" | scale |' in said
    assert "One row for each: `plant_id`, `month`, `meter`." in said
    assert "Exactly one is filled: `mass_t`, `volume_10k_nm3`." in said
    assert "- `washed_t` more than `mass_t`" in said


def test_both_languages_have_every_table_and_column(tables) -> None:
    english, chinese = (data_dictionary(tables, language) for language in ("en", "zh"))
    for table in tables:
        for column in table.columns:
            assert f"| `{column.name}` |" in english
            assert f"| `{column.name}` |" in chinese
    assert english.count("\n## ") == chinese.count("\n## ") == len(tables)
