"""What does not add up in a table of a registry: told row by row, in words that name the row. Nothing is mended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from tanheng.credits.overlaps.imports.rows import Serials
from tanheng.text import Text


@dataclass(frozen=True)
class Finding:
    """What does not add up in one row."""

    line: int
    code: str
    column: str
    value: str
    said: Text


@dataclass
class ProjectRow:
    """A project as its row says."""

    line: int
    number: str
    name: str
    first: date | None
    last: date | None
    registered: date | None
    yearly: Decimal | None
    rest: Mapping[str, str] = field(default_factory=dict)


@dataclass
class UnitsRow:
    """Units that a row says were issued, or retired."""

    line: int
    project: str
    on: date | None
    vintage: int | None
    first: date | None
    last: date | None
    quantity: Decimal | None
    told: str = ""
    serials: Serials | None = None
    total: Decimal | None = None
    parts: tuple[Decimal, ...] = ()
    retired_on: date | None = None
    rest: Mapping[str, str] = field(default_factory=dict)

    @property
    def year(self) -> int | None:
        """The vintage: as told, or the year that its days lie in."""
        return self.vintage if self.vintage is not None else self.last.year if self.last else None


Period = tuple[date | None, date | None]


def of_projects(rows: Sequence[ProjectRow], as_of: date) -> Iterator[Finding]:
    """Projects: two of one number, a period that ends before it begins, dates to come, a negative estimate."""
    seen: dict[str, int] = {}
    for row in rows:
        before = seen.setdefault(row.number, row.line)
        if before != row.line:
            yield Finding(
                row.line,
                "overlaps.F07",
                "number",
                row.number,
                Text(f"line {before} has the same number", f"与第 {before} 行编号相同"),
            )
        if row.first and row.last and row.last < row.first:
            yield _backwards(row.line, row.first, row.last)
        if row.registered and row.registered > as_of:
            yield _to_come(row.line, "registered", row.registered, as_of)
        if row.yearly is not None and row.yearly < 0:
            yield _not_positive(row.line, "yearly", row.yearly)


def of_units(rows: Sequence[UnitsRow], as_of: date, projects: Mapping[str, Period] | None) -> Iterator[Finding]:
    """Issuances or retirements by themselves, and against the registry's projects where those were taken in."""
    for row in rows:
        yield from _of_row(row, as_of)
        if projects is not None:
            yield from _against_project(row, projects)
    yield from _serials_twice(rows)
    yield from _more_than_the_vintage(rows)


def of_retirements(
    rows: Sequence[UnitsRow], issued: Iterable[tuple[str, int | None, Decimal | None]]
) -> Iterator[Finding]:
    """Retired against issued, for each project and vintage; where a vintage is not told, for the project."""
    per_vintage: dict[tuple[str, int | None], Decimal] = defaultdict(Decimal)
    per_project: dict[str, Decimal] = defaultdict(Decimal)
    vintages_told: dict[str, bool] = defaultdict(lambda: True)
    for project, vintage, quantity in issued:
        per_vintage[project, vintage] += quantity or 0
        per_project[project] += quantity or 0
        vintages_told[project] &= vintage is not None
    retired: dict[tuple[str, int | None], Decimal] = defaultdict(Decimal)
    of_project: dict[str, Decimal] = defaultdict(Decimal)
    told: set[object] = set()
    for row in rows:
        if row.quantity is None:
            continue
        key = row.project, row.year
        retired[key] += row.quantity
        of_project[row.project] += row.quantity
        by_vintage = vintages_told[row.project] and row.year is not None
        have = per_vintage[key] if by_vintage else per_project[row.project]
        gone = retired[key] if by_vintage else of_project[row.project]
        which: object = key if by_vintage else row.project
        if gone > have and which not in told:
            told.add(which)
            of_year = Text(f" of vintage {row.year}", f" {row.year} 年份") if by_vintage else Text("", "")
            yield Finding(
                row.line,
                "overlaps.F10",
                "quantity",
                _plain(row.quantity),
                Text(
                    f"with this row {_plain(gone)} t{of_year.en} of project {row.project} are retired, and "
                    f"{_plain(have)} t were issued",
                    f"计入本行,项目 {row.project}{of_year.zh}已注销 {_plain(gone)} 吨,而签发量为 {_plain(have)} 吨",
                ),
            )


def _of_row(row: UnitsRow, as_of: date) -> Iterator[Finding]:
    for column, on in (("on", row.on), ("retired_on", row.retired_on)):
        if on and on > as_of:
            yield _to_come(row.line, column, on, as_of)
    if row.first and row.last and row.last < row.first:
        yield _backwards(row.line, row.first, row.last)
    if row.quantity is not None and (row.quantity <= 0 or row.quantity != row.quantity.to_integral_value()):
        yield _not_positive(row.line, "quantity", row.quantity)
    if row.on and row.retired_on and row.retired_on < row.on:
        yield Finding(
            row.line,
            "overlaps.F11",
            "retired_on",
            row.retired_on.isoformat(),
            Text(f"retired before it was issued on {row.on}", f"注销日期早于签发日期 {row.on}"),
        )
    if row.on and row.last and row.on < row.last:
        yield Finding(
            row.line,
            "overlaps.F15",
            "on",
            row.on.isoformat(),
            Text(f"before its vintage ends on {row.last}", f"早于该年份期间结束日 {row.last}"),
        )
    if row.vintage is not None and row.first and row.last and not row.first.year <= row.vintage <= row.last.year:
        yield Finding(
            row.line,
            "overlaps.F14",
            "vintage",
            str(row.vintage),
            Text(f"is no year of {row.first} to {row.last}", f"不在 {row.first} 至 {row.last} 之内"),
        )
    if row.serials and row.quantity is not None and row.serials.length != row.quantity:
        yield Finding(
            row.line,
            "overlaps.F05",
            "serials",
            row.told,
            Text(
                f"are {row.serials.length} serial numbers for {_plain(row.quantity)} t",
                f"序列号共 {row.serials.length} 个,而数量为 {_plain(row.quantity)} 吨",
            ),
        )
    if row.parts and row.quantity is not None and sum(row.parts) != row.quantity:
        told = " + ".join(_plain(each) for each in row.parts)
        yield Finding(
            row.line,
            "overlaps.F12",
            "quantity",
            _plain(row.quantity),
            Text(f"its parts are {told}", f"各部分为 {told}"),
        )


def _against_project(row: UnitsRow, projects: Mapping[str, Period]) -> Iterator[Finding]:
    if row.project not in projects:
        yield Finding(
            row.line,
            "overlaps.F09",
            "project",
            row.project,
            Text("is no project of the table of projects", "项目表中没有该项目"),
        )
        return
    first, last = projects[row.project]
    begins = row.first or (date(row.vintage, 12, 31) if row.vintage else None)
    ends = row.last or (date(row.vintage, 1, 1) if row.vintage else None)
    if (first and begins and begins < first) or (last and ends and ends > last):
        told = f"{row.first} – {row.last}" if row.first or row.last else str(row.vintage)
        yield Finding(
            row.line,
            "overlaps.F08",
            "vintage",
            told,
            Text(f"lies outside the crediting period {first} to {last}", f"超出计入期 {first} 至 {last}"),
        )


def _serials_twice(rows: Sequence[UnitsRow]) -> Iterator[Finding]:
    series: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for row in rows:
        if row.serials is not None:
            series[row.serials.series].append((row.serials.first, row.serials.last, row.line))
    for ranges in series.values():
        reached: tuple[int, int] | None = None
        for first, last, line in sorted(ranges):
            if last < first:
                yield Finding(
                    line,
                    "overlaps.F05",
                    "serials",
                    f"{first}-{last}",
                    Text("a range that ends before it begins", "序列号区间的终止号小于起始号"),
                )
                continue
            if reached is not None and first <= reached[0]:
                yield Finding(
                    line,
                    "overlaps.F06",
                    "serials",
                    f"{first}-{last}",
                    Text(f"overlaps the serial numbers of line {reached[1]}", f"与第 {reached[1]} 行序列号重叠"),
                )
            if reached is None or last > reached[0]:
                reached = last, line


def _more_than_the_vintage(rows: Sequence[UnitsRow]) -> Iterator[Finding]:
    sums: dict[tuple[object, ...], Decimal] = defaultdict(Decimal)
    told: set[tuple[object, ...]] = set()
    for row in rows:
        if row.total is None or row.quantity is None:
            continue
        key = row.project, row.first, row.last, row.total
        sums[key] += row.quantity
        if sums[key] > row.total and key not in told:
            told.add(key)
            yield Finding(
                row.line,
                "overlaps.F12",
                "quantity",
                _plain(row.quantity),
                Text(
                    f"with this row {_plain(sums[key])} t are issued of a vintage of {_plain(row.total)} t",
                    f"计入本行,该年份已签发 {_plain(sums[key])} 吨,而该年份总量为 {_plain(row.total)} 吨",
                ),
            )


def _backwards(line: int, first: date, last: date) -> Finding:
    said = Text(f"ends on {last}, before it begins on {first}", f"结束日 {last} 早于开始日 {first}")
    return Finding(line, "overlaps.F04", "last", last.isoformat(), said)


def _to_come(line: int, column: str, on: date, as_of: date) -> Finding:
    said = Text(f"is after the day of the table, {as_of}", f"晚于该表日期 {as_of}")
    return Finding(line, "overlaps.F03", column, on.isoformat(), said)


def _not_positive(line: int, column: str, quantity: Decimal) -> Finding:
    said = Text("is no whole number above 0", "不是大于 0 的整数")
    return Finding(line, "overlaps.F13", column, _plain(quantity), said)


def _plain(quantity: Decimal) -> str:
    return format(quantity.normalize(), "f") if quantity else "0"
