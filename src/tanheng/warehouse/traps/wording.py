"""The words of a question about caught rows, in both languages, for whoever handed them in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tanheng.text import Text
from tanheng.warehouse.files import Reading
from tanheng.warehouse.schema import Column, Table, Trap

# Unit of the column and step -> the unit in which the value may have been written down.
_MISTAKEN_UNITS: Mapping[tuple[str, int], str] = {
    ("t", 3): "kg", ("t", -3): "kt", ("kg", 3): "g", ("kg", -3): "t",
    ("MWh", 3): "kWh", ("MWh", -3): "GWh", ("kWh", -3): "MWh", ("kWh", -4): "10k kWh",
    ("GJ", 3): "MJ", ("GJ", -3): "TJ", ("m3", -4): "10k m3",
    ("10k_Nm3", 4): "Nm3", ("Nm3", -4): "10k Nm3", ("10k_CNY", 4): "CNY", ("10k_CNY", -4): "100M CNY",
    ("CNY", -4): "10k CNY", ("10k_person", 4): "person",
}  # fmt: skip
_CHINESE_UNITS: Mapping[str, str] = {
    "t": "吨", "kg": "千克", "kt": "千吨", "g": "克", "MWh": "兆瓦时", "kWh": "千瓦时", "GWh": "吉瓦时",
    "10k kWh": "万千瓦时", "CNY": "元", "10k CNY": "万元", "100M CNY": "亿元", "m3": "立方米", "10k m3": "万立方米",
    "Nm3": "标准立方米", "10k Nm3": "万标准立方米", "person": "人", "10k person": "万人",
    "GJ": "吉焦", "MJ": "兆焦", "TJ": "太焦",
}  # fmt: skip


@dataclass(frozen=True)
class First:
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

    @property
    def key_said(self) -> str:
        """The key for people: ``facility_id=F1, month=2022-05``; what is empty goes without saying."""
        pairs = zip(self.table.key, self.key, strict=True)
        return ", ".join(f"{name}={_moment(value, self.table[name].months)}" for name, value in pairs if value)

    @property
    def span(self) -> tuple[str, str]:
        """The first and the last moment of the rows."""
        monthly = any(self.table[name].months for name in self.table.key)
        return _moment(self.first_at or "", monthly), _moment(self.last_at or "", monthly)

    def column(self, name: str) -> Column:
        return self.table[name]


def question_about(first: First) -> Text:
    """What the trap that caught the rows makes one ask."""
    return _WORDS[first.trap.kind](first)


def plain(value: str) -> str:
    """A number without the trailing ``.0`` that DuckDB shows."""
    return value.removesuffix(".0")


def _moment(value: str, is_month: bool) -> str:
    """A month without its day."""
    return value.removesuffix("-01") if is_month else value


def _amount(value: str | None, column: Column) -> Text:
    """The digits as the file has them, thousands apart, with the unit."""
    whole, point, rest = plain(value or "").partition(".")
    if whole.lstrip("-").isdigit():
        whole = f"{int(whole):,}" if int(whole) else whole
    units = [""] * 2 if column.unit == "1" else [f" {said}" for said in _unit(column.unit)]
    return Text(*(f"{whole}{point}{rest}{unit}" for unit in units))


def _unit(name: str) -> Text:
    """A unit as people write it: Chinese counts in ten thousands by a word."""
    spaced = name.replace("_", " ")
    return Text(spaced, _CHINESE_UNITS.get(spaced, spaced))


def _words_of_factor(first: First) -> Text:
    assert first.doubted is not None and first.detail is not None
    column, step = first.column(first.doubted), int(first.detail)
    times = f"{10 ** abs(step):,}"
    unit = _MISTAKEN_UNITS.get((column.unit, step))
    shown, fits = _amount(first.value, column), _amount(first.expected, column)
    large, large_zh = ("too large", "偏大") if step > 0 else ("too small", "偏小")
    if first.rows == 1:
        said = f"{column.meaning.en} is {shown.en}, about {times} times {large}: {fits.en} would fit"
        said_zh = f"{column.meaning.zh}为 {shown.zh},约{large_zh} {times} 倍:应在 {fits.zh}左右"
    else:
        since, until = first.span
        span = f"{first.rows} values from {since} to {until}"
        said = f"{column.meaning.en}: {span} are about {times} times {large}, e.g. {shown.en} where {fits.en} would fit"
        span_zh = f"{since} 至 {until} 共 {first.rows} 个值"
        said_zh = f"{column.meaning.zh}:{span_zh}约{large_zh} {times} 倍,例如 {shown.zh},应在 {fits.zh}左右"
    ask_unit = f" Was it written down in {unit}?" if unit else ""
    ask_zh = f"是否误用了单位“{_unit(unit).zh}”?" if unit else ""
    return Text(
        f"{first.place} ({first.key_said}): {said}.{ask_unit} Please confirm or correct.",
        f"{first.place_zh}({first.key_said}):{said_zh}。{ask_zh}请确认或更正。",
    )


def _words_of_copies(first: First) -> Text:
    where, where_zh = first.other_place, first.other_place.replace(" line ", " 第 ") + " 行"
    more = f" ({first.rows:,} such rows)" if first.rows > 1 else ""
    more_zh = f"(共 {first.rows:,} 行)" if first.rows > 1 else ""
    if (first.detail or "").endswith("alike"):
        columns = ", ".join(first.trap.columns)
        return Text(
            f"{first.place} ({first.key_said}): says the same as {where} under another key ({columns}).{more} "
            "Is it one thing handed in twice?",
            f"{first.place_zh}({first.key_said}):与 {where_zh} 编号不同而内容相同({columns})。{more_zh}是否重复填报?",
        )
    return Text(
        f"{first.place} ({first.key_said}): repeats {where} and is left out.{more} Was something else meant?",
        f"{first.place_zh}({first.key_said}):与 {where_zh} 完全相同,未计入。{more_zh}是否应为其他内容?",
    )


def _words_of_future(first: First) -> Text:
    assert first.doubted is not None
    column = first.column(first.doubted)
    what, what_zh = ("the row is left out", "该行未计入") if first.doubted in first.table.key else (
        "the date is set aside", "该日期暂不采用"
    )  # fmt: skip
    return Text(
        f"{first.place} ({first.key_said}): {column.meaning.en} is {first.value}, after {first.expected}, the date of "
        f"this run; {what}. What is the right date?",
        f"{first.place_zh}({first.key_said}):{column.meaning.zh}为 {first.value},晚于本次运行日期 {first.expected};"
        f"{what_zh}。正确日期是什么?",
    )


def _words_of_same_series(first: First) -> Text:
    assert first.doubted is not None
    meaning, names = first.column(first.doubted).meaning, first.detail
    since, until = first.span
    span, span_zh = f"from {since} to {until}", f"自 {since} 至 {until}"
    return Text(
        f"{first.place} ({first.key_said}): {meaning.en} of two series ({names}) is the same in every period {span}. "
        "Was one copied for the other? Both are set aside.",
        f"{first.place_zh}({first.key_said}):两个序列({names})的{meaning.zh}{span_zh} 逐期相同。"
        "是否误将一个复制为另一个?两者暂不采用。",
    )


def _words_of_excess(first: First) -> Text:
    part, whole = (first.column(name) for name in first.trap.columns)
    a, b = _amount(first.value, part), _amount(first.expected, whole)
    return Text(
        f"{first.place} ({first.key_said}): {part.meaning.en} is {a.en}, more than {whole.meaning.en} with {b.en}. "
        "Which of the two is right?",
        f"{first.place_zh}({first.key_said}):{part.meaning.zh}为 {a.zh},大于{whole.meaning.zh} {b.zh}。哪个数正确?",
    )


def _words_of_ratio(first: First) -> Text:
    above, below = (first.column(name) for name in first.trap.columns)
    bounds = [(name, first.trap.option(name)) for name in ("least", "most") if first.trap.option(name) is not None]
    limits = " and ".join(f"at {name} {value}" for name, value in bounds)
    limits_zh = "、".join(f"{'至少' if name == 'least' else '至多'} {value}" for name, value in bounds)
    a, b = _amount(first.value, above), _amount(first.expected, below)
    return Text(
        f"{first.place} ({first.key_said}): {above.meaning.en} is {a.en} and {below.meaning.en} is {b.en}; "
        f"their ratio must be {limits}. Which of the two is right?",
        f"{first.place_zh}({first.key_said}):{above.meaning.zh}为 {a.zh},{below.meaning.zh}为 {b.zh};"
        f"两者之比应{limits_zh}。哪个数正确?",
    )


def _words_of_position(first: First) -> Text:
    district, elsewhere, away = (first.detail or "||").split("|")
    lies = f"{away} outside {district}" if away else f"outside {district}"
    lies += f", in {elsewhere}" if elsewhere else ", in no district of the city"
    lies_zh = f"在 {district} 之外" + (f" {away.replace('km', '公里').replace('m', '米')}" if away else "")
    lies_zh += f",位于 {elsewhere}" if elsewhere else ",不在本市任何一区"
    asks, asks_zh = "What is its position in WGS-84, and its district?", "其 WGS-84 坐标和所在区是什么?"
    if first.expected:
        asks = f"It fits if it was taken from a Chinese web map (GCJ-02): {first.expected} in WGS-84. Is that so?"
        asks_zh = f"若取自国内网络地图(GCJ-02)则相符:换算为 WGS-84 是 {first.expected}。是否如此?"
    return Text(
        f"{first.place} ({first.key_said}): the position {first.value} lies {lies}. {asks}",
        f"{first.place_zh}({first.key_said}):位置 {first.value} {lies_zh}。{asks_zh}",
    )


_WORDS: Mapping[Any, Callable[[First], Text]] = {
    "duplicate_rows": _words_of_copies,
    "in_the_future": _words_of_future,
    "factor_of_history": _words_of_factor,
    "same_series": _words_of_same_series,
    "part_exceeds_whole": _words_of_excess,
    "ratio_outside": _words_of_ratio,
    "outside_district": _words_of_position,
}
