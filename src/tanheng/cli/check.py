"""``tanheng check``: everything that is wrong or doubtful in a city's tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import typer

from tanheng.cli.screen import FAULTY_INPUT, read_date, screen, tell
from tanheng.opening import open_city
from tanheng.perform import intake_rows
from tanheng.policy.rulebook import load_rulebook
from tanheng.problems import InputRejected, Problem
from tanheng.report.typography import capital, in_chinese
from tanheng.report.words import TRAPS
from tanheng.text import Language, Text
from tanheng.warehouse.city import City
from tanheng.warehouse.engines import write_parquet
from tanheng.warehouse.manifest import read_manifest

EXAMPLES = 5


@dataclass(frozen=True)
class _Found:
    """What a look at the tables gave. ``unread`` are files that look like tables and belong to none."""

    problems: Sequence[Problem] = ()
    questions: Sequence[dict[str, Any]] = ()
    files: Sequence[dict[str, Any]] = ()
    unread: Sequence[str] = ()
    notes: Sequence[Text] = field(default=())

    @classmethod
    def of(cls, city: City) -> _Found:
        files = [{"path": file.path, "table": file.table, "rows": file.rows} for file in city.inputs]
        return cls((), intake_rows(city).to_pylist(), files, city.unread, city.notes)

    def as_json(self) -> str:
        said = {
            "problems": [asdict(problem) for problem in self.problems],
            "questions": list(self.questions),
            "files": list(self.files),
            "unread": list(self.unread),
            "notes": [note._asdict() for note in self.notes],
        }
        return json.dumps(said, ensure_ascii=False, indent=1)


def check(
    folder: Path,
    *,
    rulebook: str | None,
    on: str | None,
    as_json: bool,
    parquet: Path | None = None,
    chinese: bool = False,
) -> None:
    """Open the city and print what was found; with ``parquet``, write its tables there.

    Raises
    ------
    typer.Exit
        With code 2 when a table cannot be used.
    """
    try:
        day = read_date(on)
        about = read_manifest(folder)
        rules = load_rulebook(rulebook or about.rulebook)
        with open_city(folder, rules, day or date(about.years[1], 12, 31)) as city:
            found = _Found.of(city)
            if parquet is not None:
                write_parquet(city, parquet)
    except InputRejected as rejected:
        if as_json:
            typer.echo(_Found(rejected.problems).as_json())
        else:
            tell(rejected.problems)
        raise typer.Exit(FAULTY_INPUT) from None
    if as_json:
        typer.echo(found.as_json())
    else:
        _print(found, "zh" if chinese else "en")


def _print(found: _Found, language: Language) -> None:
    def said(text: Text) -> str:
        return in_chinese(text.zh) if language == "zh" else text.en

    console = screen()
    width = max((len(file["path"]) for file in found.files), default=0)
    rows = said(Text("rows", "行"))
    for file in sorted(found.files, key=lambda file: str(file["path"])):
        if file["table"] is not None:
            console.print(f"{file['path']:<{width}}{file['rows'] or 0:>12,} {rows}")
    for path in found.unread:
        console.print(said(Text(f"{path}: not read; no table has that name", f"{path}:未读取,没有同名的数据表")),
                      style="yellow")  # fmt: skip
    for note in found.notes:
        console.print(said(note), style="yellow")
    console.print()
    count = len(found.questions)
    if not count:
        console.print(said(Text("No fault and no doubtful value.", "未发现错误,也没有存疑数值。")), style="green")
        return
    values = "1 doubtful value: it is" if count == 1 else f"{count:,} doubtful values: they are"
    summary = Text(
        f"No fault. {values} held back, and unknown until answered for.",
        f"未发现错误。存疑数值 {count:,} 项:答复前暂不采用,按未知处理。",
    )
    console.print(said(summary), style="yellow")
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for question in found.questions:
        groups.setdefault((str(question["table"]), str(question["trap"])), []).append(question)
    for (table, trap), group in sorted(groups.items()):
        title = TRAPS.get(trap, Text(trap, trap))
        console.print(f"\n{table}: {capital(said(title))} ({len(group):,})", style="bold")
        for question in group[:EXAMPLES]:
            console.print(f"  {said(Text(question['asks_en'], question['asks_zh']))}")
        if len(group) > EXAMPLES:
            more = len(group) - EXAMPLES
            console.print(said(Text(f"  and {more:,} more (--json lists all)", f"  另有 {more:,} 项(--json 列出全部)")))
