"""The questions that caught rows raise, in words for whoever handed them in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tanheng.text import Text
from tanheng.warehouse.cells import quote
from tanheng.warehouse.files import Reading
from tanheng.warehouse.queries import keep, rows_of
from tanheng.warehouse.relations import lines_of
from tanheng.warehouse.schema import Column, Table, Trap
from tanheng.warehouse.traps.hunt import Hunt

# Unit of the column and step -> the unit in which the value may have been written down.
_MISTAKEN_UNITS: Mapping[tuple[str, int], str] = {
    ("t", 3): "kg", ("t", -3): "kt", ("kg", 3): "g", ("kg", -3): "t",
    ("MWh", 3): "kWh", ("MWh", -3): "GWh", ("kWh", -3): "MWh", ("kWh", -4): "10k kWh",
    ("GJ", 3): "MJ", ("GJ", -3): "TJ", ("m3", -4): "10k m3",
    ("10k_Nm3", 4): "Nm3", ("Nm3", -4): "10k Nm3", ("10k_CNY", 4): "CNY", ("10k_CNY", -4): "100M CNY",
    ("CNY", -4): "10k CNY", ("10k_person", 4): "person",
}  # fmt: skip


@dataclass(frozen=True)
class RowQuestion:
    """A question about one row, or about rows that are doubtful for one reason.

    ``file``, ``line`` and ``key`` are those of the first of its ``rows``; ``key`` reads
    ``facility_id=F1;month=2022-05-01``. ``subject`` is who can answer, e.g. ``facility:F1``.
    """

    id: str
    trap: str
    table: str
    subject: str
    file: str
    line: int
    key: str
    column: str | None
    value: str | None
    expected: str | None
    rows: int
    asks: Text


@dataclass(frozen=True)
class _First:
    """The first of the rows of a question, and what the others have in common with it."""

    table: Table
    trap: Trap
    reading: Reading
    line: int
    key: Sequence[str]
    doubted: str | None
    value: str | None
    expected: str | None
    detail: str | None
    rows: int
    first_at: str | None
    last_at: str | None
    other_place: str

    @property
    def place(self) -> str:
        return f"{self.reading.file.name} line {self.line}"

    @property
    def place_zh(self) -> str:
        return f"{self.reading.file.name} 第 {self.line} 行"

    @property
    def key_text(self) -> str:
        return ";".join(f"{name}={value}" for name, value in zip(self.table.key, self.key, strict=True))

    def column(self, name: str) -> Column:
        return self.table[name]


def ask(hunt: Hunt, traps: Sequence[Trap], readings: Sequence[Reading]) -> list[RowQuestion]:
    """Put every part of what was caught into words, and write the question's id beside its rows."""
    found = rows_of(
        hunt.connection,
        "SELECT trap, part, count(*) AS rows, min(moment) AS first_at, max(moment) AS last_at, "
        "min({'file': _file, 'row': _row}) AS place, "
        "arg_min({'key': key, 'doubted': doubted, 'value': value, 'expected': expected, 'detail': detail}, "
        "{'file': _file, 'row': _row}) AS first "
        f"FROM {hunt.caught} GROUP BY trap, part ORDER BY trap, part",
    )
    places = {(item["file"], item["row"]) for place in found for item in [place["place"]]}
    others = [_other_row(item["first"]["detail"]) for item in found]
    lines = lines_of(readings, places | {other for other in others if other is not None})
    questions = []
    for item, other in zip(found, others, strict=True):
        file, row = item["place"]["file"], item["place"]["row"]
        first = _First(
            table=hunt.table,
            trap=traps[item["trap"]],
            reading=readings[file],
            line=lines[file, row],
            rows=item["rows"],
            first_at=item["first_at"],
            last_at=item["last_at"],
            other_place=f"{readings[other[0]].file.name} line {lines[other]}" if other else "",
            **item["first"],
        )
        questions.append(_question(first))
    kept = f"files.{quote(f'{hunt.table.name}#ids')}"
    keep(
        hunt.connection,
        kept,
        {
            "trap": ("INTEGER", [item["trap"] for item in found]),
            "part": ("BIGINT", [item["part"] for item in found]),
            "id": ("VARCHAR", [question.id for question in questions]),
        },
    )
    hunt.connection.execute(
        f"UPDATE {hunt.caught} AS c SET question = i.id FROM {kept} AS i WHERE c.trap = i.trap AND c.part = i.part"
    )
    hunt.connection.execute(f"DROP TABLE {kept}")
    return questions


def _other_row(detail: str | None) -> tuple[int, int] | None:
    """The row of which another is a copy, where the detail names one: ``0:17`` or ``0:17:alike``."""
    parts = (detail or "").split(":")
    return (int(parts[0]), int(parts[1])) if len(parts) > 1 and parts[0].isdigit() and parts[1].isdigit() else None


def _question(first: _First) -> RowQuestion:
    # Of what the row says, and not of where it stands: a question keeps its id when other rows come and go.
    detail = "" if first.other_place else first.detail or ""
    identity = "|".join((first.trap.kind, first.table.name, first.key_text, first.doubted or "", detail))
    return RowQuestion(
        id="Q-" + hashlib.sha256(identity.encode()).hexdigest()[:12],
        trap=first.trap.kind,
        table=first.table.name,
        subject=subject_of(first.table, first.key),
        file=first.reading.file.name,
        line=first.line,
        key=first.key_text,
        column=first.doubted,
        value=None if first.value is None else _plain(first.value),
        expected=None if first.expected is None else _plain(first.expected),
        rows=first.rows,
        asks=_WORDS[first.trap.kind](first),
    )


def subject_of(table: Table, key: Sequence[str]) -> str:
    """Who can answer: the thing that the first identifier of the key names."""
    for name, value in zip(table.key, key, strict=True):
        if name.endswith("_id"):
            return f"{name.removesuffix('_id')}:{value}"
    return f"{table.name}:{';'.join(key)}"


def _plain(value: str) -> str:
    """A number without the trailing ``.0`` that DuckDB shows."""
    return value.removesuffix(".0")


def _amount(value: str | None, column: Column) -> str:
    unit = "" if column.unit == "1" else f" {column.unit.replace('10k_', '10k ').replace('100M_', '100M ')}"
    return f"{_plain(value or '')}{unit}"


def _words_of_factor(first: _First) -> Text:
    assert first.doubted is not None and first.detail is not None
    column, step = first.column(first.doubted), int(first.detail)
    times = f"{10 ** abs(step):,}"
    unit = _MISTAKEN_UNITS.get((column.unit, step))
    shown, fits = _amount(first.value, column), _amount(first.expected, column)
    large, large_zh = ("too large", "偏大") if step > 0 else ("too small", "偏小")
    if first.rows == 1:
        said = f"{column.meaning.en} is {shown}, about {times} times {large}: {fits} would fit"
        said_zh = f"{column.meaning.zh}为 {shown},约{large_zh} {times} 倍:应在 {fits} 左右"
    else:
        span = f"{first.rows} values from {first.first_at} to {first.last_at}"
        said = f"{column.meaning.en}: {span} are about {times} times {large}, e.g. {shown} where {fits} would fit"
        span_zh = f"{first.first_at} 至 {first.last_at} 共 {first.rows} 个值"
        said_zh = f"{column.meaning.zh}:{span_zh}约{large_zh} {times} 倍,例如 {shown},应在 {fits} 左右"
    ask_unit = f" Was it written down in {unit}?" if unit else ""
    ask_zh = f"是否误用了单位 {unit}?" if unit else ""
    return Text(
        f"{first.place} ({first.key_text}): {said}.{ask_unit} Please confirm or correct.",
        f"{first.place_zh}({first.key_text}):{said_zh}。{ask_zh}请确认或更正。",
    )


def _words_of_copies(first: _First) -> Text:
    where, where_zh = first.other_place, first.other_place.replace(" line ", " 第 ") + " 行"
    more = f" ({first.rows:,} such rows)" if first.rows > 1 else ""
    more_zh = f"(共 {first.rows:,} 行)" if first.rows > 1 else ""
    if (first.detail or "").endswith("alike"):
        columns = ", ".join(first.trap.columns)
        return Text(
            f"{first.place} ({first.key_text}): says the same as {where} under another key ({columns}).{more} "
            "Is it one thing handed in twice?",
            f"{first.place_zh}({first.key_text}):与 {where_zh} 编号不同而内容相同({columns})。{more_zh}是否重复填报?",
        )
    return Text(
        f"{first.place} ({first.key_text}): repeats {where} and is left out.{more} Was something else meant?",
        f"{first.place_zh}({first.key_text}):与 {where_zh} 完全相同,未计入。{more_zh}是否应为其他内容?",
    )


def _words_of_future(first: _First) -> Text:
    assert first.doubted is not None
    column = first.column(first.doubted)
    what, what_zh = ("the row is left out", "该行未计入") if first.doubted in first.table.key else (
        "the date is set aside", "该日期暂不采用"
    )  # fmt: skip
    return Text(
        f"{first.place} ({first.key_text}): {column.meaning.en} is {first.value}, after {first.expected}, the date of "
        f"this run; {what}. What is the right date?",
        f"{first.place_zh}({first.key_text}):{column.meaning.zh}为 {first.value},晚于本次运行日期 {first.expected};"
        f"{what_zh}。正确日期是什么?",
    )


def _words_of_same_series(first: _First) -> Text:
    assert first.doubted is not None
    meaning, names = first.column(first.doubted).meaning, first.detail
    span, span_zh = f"from {first.first_at} to {first.last_at}", f"自 {first.first_at} 至 {first.last_at}"
    return Text(
        f"{first.place} ({first.key_text}): {meaning.en} of two series ({names}) is the same in every period {span}. "
        "Was one copied for the other? Both are set aside.",
        f"{first.place_zh}({first.key_text}):两个序列({names})的{meaning.zh}{span_zh}逐期相同。"
        "是否误将一个复制为另一个?两者暂不采用。",
    )


def _words_of_excess(first: _First) -> Text:
    part, whole = (first.column(name) for name in first.trap.columns)
    a, b = _amount(first.value, part), _amount(first.expected, whole)
    return Text(
        f"{first.place} ({first.key_text}): {part.meaning.en} is {a}, more than {whole.meaning.en} with {b}. "
        "Which of the two is right?",
        f"{first.place_zh}({first.key_text}):{part.meaning.zh}为 {a},大于{whole.meaning.zh} {b}。哪个数正确?",
    )


def _words_of_ratio(first: _First) -> Text:
    above, below = (first.column(name) for name in first.trap.columns)
    bounds = [(name, first.trap.option(name)) for name in ("least", "most") if first.trap.option(name) is not None]
    limits = " and ".join(f"at {name} {value}" for name, value in bounds)
    limits_zh = "、".join(f"{'至少' if name == 'least' else '至多'} {value}" for name, value in bounds)
    a, b = _amount(first.value, above), _amount(first.expected, below)
    return Text(
        f"{first.place} ({first.key_text}): {above.meaning.en} is {a} and {below.meaning.en} is {b}; "
        f"their ratio must be {limits}. Which of the two is right?",
        f"{first.place_zh}({first.key_text}):{above.meaning.zh}为 {a},{below.meaning.zh}为 {b};两者之比应{limits_zh}。"
        "哪个数正确?",
    )


def _words_of_position(first: _First) -> Text:
    district, elsewhere, away = (first.detail or "||").split("|")
    lies = f"{away} km outside {district}" if away else f"outside {district}"
    lies += f", in {elsewhere}" if elsewhere else ", in no district of the city"
    lies_zh = f"在 {district} 之外" + (f" {away} 公里" if away else "")
    lies_zh += f",位于 {elsewhere}" if elsewhere else ",不在本市任何一区"
    asks, asks_zh = "What is its position in WGS-84, and its district?", "其 WGS-84 坐标和所在区是什么?"
    if first.expected:
        asks = f"It fits if it was taken from a Chinese web map (GCJ-02): {first.expected} in WGS-84. Is that so?"
        asks_zh = f"若取自国内网络地图(GCJ-02)则相符:换算为 WGS-84 是 {first.expected}。是否如此?"
    return Text(
        f"{first.place} ({first.key_text}): the position {first.value} lies {lies}. {asks}",
        f"{first.place_zh}({first.key_text}):位置 {first.value} {lies_zh}。{asks_zh}",
    )


_WORDS: Mapping[Any, Callable[[_First], Text]] = {
    "duplicate_rows": _words_of_copies,
    "in_the_future": _words_of_future,
    "factor_of_history": _words_of_factor,
    "same_series": _words_of_same_series,
    "part_exceeds_whole": _words_of_excess,
    "ratio_outside": _words_of_ratio,
    "outside_district": _words_of_position,
}
