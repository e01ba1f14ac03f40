"""The page on another city does what it says: its files are written, its commands run, and its outcomes come out."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tanheng.cli import app

DOCS = Path(__file__).parents[1] / "docs"
_BLOCK = re.compile(r"(?:^`(?P<file>[\w./-]+)`\n\n)?^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str) -> list[tuple[str | None, str, str]]:
    """File (None for commands), kind and body of each block of a page."""
    text = (DOCS / page).read_text("utf-8")
    return [(found["file"], found["kind"], found["body"]) for found in _BLOCK.finditer(text)]


def commands(body: str) -> Iterator[tuple[list[str], list[str]]]:
    """Each command with the lines that its output must have."""
    for part in body.split("$ tanheng ")[1:]:
        command, *outcome = part.strip().splitlines()
        yield shlex.split(command), outcome


def test_both_languages_walk_the_same_way() -> None:
    """A reader of the Chinese page must not be led to another city, nor past a step."""
    assert blocks("another-city.zh.md") == blocks("another-city.md")


@pytest.mark.city
def test_the_walk_leads_where_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever follows the page on a free afternoon must have a report in the evening."""
    monkeypatch.chdir(tmp_path)
    tried = 0
    for file, kind, body in blocks("another-city.md"):
        if file is not None:
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_text(body, "utf-8")
            continue
        assert kind == "console", f"a block of {kind} without the name of its file"
        for command, outcome in commands(body):
            result = CliRunner().invoke(app, command)
            assert result.exit_code == 0, f"{command}: {result.output}"
            said = " ".join(result.stdout.split())
            for line in outcome:
                assert " ".join(line.split()) in said, f"{command} does not say {line!r} but {result.stdout}"
                tried += 1
    assert tried >= 9
    assert len(list(tmp_path.glob("runs/*/report.html"))) == 1
