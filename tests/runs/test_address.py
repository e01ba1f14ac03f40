"""Two runs have one address exactly when nothing that went in differs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tanheng.runs import address
from tanheng.runs.address import address_of, digest_of_files

GIVEN: dict[str, Any] = {
    "inputs": [("real/a.csv", "11"), ("real/b.csv", "22")],
    "rulebook": "33",
    "year": 2024,
    "on": date(2024, 12, 31),
}


def test_an_address_is_sixteen_hexadecimal_digits() -> None:
    assert len(address_of(**GIVEN)) == 16
    int(address_of(**GIVEN), 16)


def test_the_order_in_which_files_were_found_does_not_count() -> None:
    assert address_of(**GIVEN) == address_of(**{**GIVEN, "inputs": GIVEN["inputs"][::-1]})


@pytest.mark.parametrize(
    "change",
    [
        {"inputs": [("real/a.csv", "11"), ("real/b.csv", "23")]},
        {"inputs": [("real/a.csv", "11"), ("real/c.csv", "22")]},
        {"inputs": [("real/a.csv", "11")]},
        {"rulebook": "34"},
        {"year": 2023},
        {"on": date(2025, 1, 1)},
    ],
)
def test_whatever_went_in_counts(change: dict[str, Any]) -> None:
    assert address_of(**GIVEN) != address_of(**{**GIVEN, **change})


def test_the_program_and_its_libraries_count(monkeypatch: pytest.MonkeyPatch) -> None:
    before = address_of(**GIVEN)
    monkeypatch.setattr(address, "code_digest", lambda: "changed")
    assert address_of(**GIVEN) != before
    monkeypatch.undo()
    monkeypatch.setattr(address, "libraries", lambda: {"duckdb": "0"})
    assert address_of(**GIVEN) != before


def test_a_digest_of_files_knows_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    (tmp_path / "b").write_text("2")
    before = digest_of_files(tmp_path, tmp_path.iterdir())
    (tmp_path / "a").rename(tmp_path / "c")
    renamed = digest_of_files(tmp_path, tmp_path.iterdir())
    (tmp_path / "c").rename(tmp_path / "a")
    (tmp_path / "a").write_text("3")
    assert len({before, renamed, digest_of_files(tmp_path, tmp_path.iterdir())}) == 3
