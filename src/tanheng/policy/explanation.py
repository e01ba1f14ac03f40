"""Why a result is what it is: the tree of rules, values, parameters and sources behind it.

    carbon_intensity            0.171 tCO2e/10k CNY     emissions_tco2e ÷ value_added_10k_cny
    ├─ emissions_tco2e          2,431.5 tCO2e           scope1_tco2e + scope2_tco2e
    │  └─ ...
    └─ value_added_10k_cny      14,203 10k CNY          annual_reports.value_added_10k_cny

``explain`` asks the evaluation for the few rows concerned. Where a run has stored its results,
give them to the evaluation (``stored=``) and nothing but those rows is read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any, Literal

import narwhals as nw

from tanheng.policy.arithmetic import PER_UNIT
from tanheng.policy.entities import Entity
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.expressions import Constant, Expr, Lookup, Name, Over, ParameterValue
from tanheng.policy.parameter_tables import is_scalar
from tanheng.policy.parameters import Cell, Source, Status
from tanheng.policy.wording import formula
from tanheng.text import Language, Text
from tanheng.units import Unit

Value = float | int | str | bool | date | None
NodeKind = Literal["rule", "column", "parameter", "total", "looked_up", "seen"]

PARTS_SHOWN = 8

_NO_CATEGORY = Text("its category is undetermined", "其类别未确定")
_NO_YEAR = Text("its year is undetermined", "其年份未确定")


class NothingToExplain(LookupError):
    """There is no such entity, row, rule or column; the message says what there is."""


@dataclass(frozen=True)
class Explanation:
    """One figure and what it is made of.

    ``value`` None is undetermined, and ``cause`` says why. ``parts`` counts the children of a total, of which
    ``children`` shows the weightiest.
    """

    kind: NodeKind
    subject: str
    name: str
    title: Text
    value: Value
    unit: str = "1"
    formula: str = ""
    words: str = ""
    cites: tuple[str, ...] = ()
    trust: Status | None = None
    cause: Text | None = None
    source: Source | None = None
    confidence: str | None = None
    note: str | None = None
    since: date | None = None
    parts: int | None = None
    undetermined_parts: int | None = None
    children: tuple[Explanation, ...] = ()

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Explanation]]:
        """Every node with its depth, top first."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)

    @property
    def label(self) -> str:
        """The name; for a rule also whose it is."""
        return f"{self.name} ({self.subject})" if self.kind in ("rule", "seen") else self.name

    def result(self, language: Language = "en") -> str:
        """``2,431.5 tCO2e``, ``yes``, ``undetermined: mass_t is held ...``."""
        return _shown(self, language)

    def remark(self) -> str:
        """The formula or the source, in one line."""
        return _remark(self)

    def as_text(self, language: Language = "en") -> str:
        """An indented tree for a terminal or a mail."""
        lines = (
            f"{'   ' * depth}{node.label}  {node.result(language)}  {node.remark()}" for depth, node in self.walk()
        )
        return "\n".join(line.rstrip() for line in lines)

    def as_json(self) -> str:
        return json.dumps(_plain(self), ensure_ascii=False, indent=2)

    def as_html(self, language: Language = "en") -> str:
        """Nested ``<details>``, without style or script."""
        return _html(self, language, is_open=True)


def explain(
    evaluation: Evaluation,
    entity: Entity,
    key: Sequence[Value],
    name: str,
    *,
    depth: int = 6,
    follow: Callable[[Entity, str], bool] | None = None,
) -> Explanation:
    """The tree behind one rule or column of one row. Rules that ``follow`` says no to are told but not explained.

    Raises
    ------
    NothingToExplain
        When the row, rule or column does not exist.
    """
    return _Explainer(evaluation, follow).of_row(entity, tuple(key), name, depth)


def read_subject(evaluation: Evaluation, subject: str) -> tuple[Entity, tuple[Value, ...]]:
    """``facility_year:F00012,2024`` as entity and key.

    Raises
    ------
    NothingToExplain
        When there is no such entity or the key has another number of parts.
    """
    name, _, rest = subject.partition(":")
    try:
        entity = evaluation.plan.entity(name)
    except KeyError as error:
        raise NothingToExplain(error.args[0]) from None
    parts = rest.split(",") if rest else []
    if len(parts) != len(entity.key):
        wanted = ",".join(entity.key)
        raise NothingToExplain(f"{name} has the key {wanted}: write {name}:{wanted.upper()}, not {subject}")
    return entity, tuple(_typed(entity, column, part) for column, part in zip(entity.key, parts, strict=True))


def _typed(entity: Entity, name: str, text: str) -> Value:
    column = entity.column(name)
    assert column is not None
    try:
        if column.kind == "integer":
            return int(text)
        return date.fromisoformat(text) if column.kind == "date" else text
    except ValueError:
        wanted = "a whole number" if column.kind == "integer" else "a date such as 2024-12-31"
        raise NothingToExplain(f"{name} of {entity.name} is {wanted}, not {text!r}") from None


class _Explainer:
    def __init__(self, evaluation: Evaluation, follow: Callable[[Entity, str], bool] | None = None) -> None:
        self._evaluation = evaluation
        self._plan = evaluation.plan
        self._follow = follow
        self._rows: dict[tuple[Entity, tuple[Value, ...]], Mapping[str, Any] | None] = {}
        self._seen: set[tuple[Entity, tuple[Value, ...], str]] = set()

    def of_row(self, entity: Entity, key: tuple[Value, ...], name: str, depth: int) -> Explanation:
        if (entity, name) not in self._plan and entity.column(name) is None:
            try:
                self._evaluation.rows(entity, [name], nw.lit(True))
            except KeyError as error:  # it says the names that come near
                raise NothingToExplain(error.args[0]) from None
        row = self._row(entity, key, name)
        if row is None:
            shown = ", ".join(f"{column} {part}" for column, part in zip(entity.key, key, strict=True))
            raise NothingToExplain(f"{entity.name} has no row with {shown}")
        return self._of(entity, key, row, name, depth)

    def _row(self, entity: Entity, key: tuple[Value, ...], name: str) -> Mapping[str, Any] | None:
        """The row with every column and every rule that ``name`` takes up within the entity."""
        row = self._rows.get((entity, key))
        needed = [rule for owner, rule in self._closure(entity, name) if owner is entity]
        if row is None or any(rule not in row for rule in needed):
            columns = [*(column.name for column in entity.table), "held"]
            if entity.year_of is not None:
                columns.append("year")
            known = [rule for rule in (row or {}) if (entity, rule) in self._plan]
            names = list(dict.fromkeys([*columns, *known, *needed]))
            rows = self._select(entity, names, dict(zip(entity.key, key, strict=True)))
            row = self._rows[(entity, key)] = rows[0] if rows else None
        return row

    def _closure(self, entity: Entity, name: str) -> Sequence[tuple[Entity, str]]:
        """The rules behind one, as far as they are followed."""
        if (entity, name) not in self._plan:
            return ()
        if self._follow is None:
            return self._plan.closure([(entity, name)])
        found: dict[tuple[Entity, str], None] = {}
        waiting = [(entity, name)]
        while waiting:
            item = waiting.pop()
            if item not in found:
                found[item] = None
                waiting += self._plan.needs(*item) if self._follow(*item) else ()
        return tuple(found)

    def _select(self, entity: Entity, names: Sequence[str], where: Mapping[str, Value]) -> list[dict[str, Any]]:
        own = [name for name in names if name not in entity.key]
        frame = self._evaluation.rows(entity, own, _rows_with(where)).sort(*entity.key)
        return list(frame.collect("pyarrow").iter_rows(named=True))

    def _of(self, entity: Entity, key: tuple[Value, ...], row: Mapping[str, Any], name: str, depth: int) -> Explanation:
        subject = f"{entity.name}:{','.join(map(str, key))}"
        value = row.get(name)
        if (entity, name) not in self._plan:
            column = entity.column(name)
            assert column is not None
            cause = None
            if value is None:
                causes = self._evaluation.causes
                if row.get("held") and entity.may_be_held(name):
                    cause = causes[causes.held(entity, name)].text
                    cause = Text(f"{cause.en} ({row['held']})", f"{cause.zh}({row['held']})")
                else:
                    cause = causes[causes.missing(entity, name)].text
            source = Source(row["source"]) if row.get("source") else None
            return Explanation(
                "column",
                subject,
                name,
                column.meaning,
                value,
                str(Unit.parse(column.unit)),
                f"{entity.table.name}.{name}",
                cause=cause,
                source=source,
                note=row.get("origin"),
            )
        planned = self._plan[(entity, name)]
        trust = row.get(f"{name}__trust")
        common: dict[str, Any] = {
            "title": planned.rule.title,
            "value": value,
            "unit": str(planned.type.unit),
            "formula": formula(planned.expr),
            "trust": Status(trust) if trust is not None else None,
            "cause": self._cause(row.get(f"{name}__cause")),
            "parts": row.get(f"{name}__parts"),
            "undetermined_parts": row.get(f"{name}__undetermined"),
        }
        if (entity, key, name) in self._seen:
            return Explanation("seen", subject, name, **common)
        if depth == 0 or (self._follow is not None and not self._follow(entity, name)):
            return Explanation("rule", subject, name, **common)
        self._seen.add((entity, key, name))
        children: dict[str, Explanation] = {}
        for node in planned.expr.walk():
            signature = formula(node)
            if signature in children or not isinstance(node, Name | Lookup | Over | ParameterValue):
                continue
            if isinstance(node, Name) and node.name == "held":
                continue
            found = self._node(entity, key, row, node, depth - 1)
            if found is not None:
                children[signature] = found
        return Explanation(
            "rule",
            subject,
            name,
            **common,
            words=planned.rule.words.en,
            cites=planned.rule.cites,
            children=tuple(children.values()),
        )

    def _cause(self, code: int | None) -> Text | None:
        return None if code is None else self._evaluation.cause(code).text

    def _node(
        self, entity: Entity, key: tuple[Value, ...], row: Mapping[str, Any], node: Expr, depth: int
    ) -> Explanation | None:
        if isinstance(node, Name):
            return self._of(entity, key, row, node.name, depth)
        if isinstance(node, ParameterValue):
            return self._parameter(entity, key, row, node)
        if isinstance(node, Lookup):
            link = entity.parents[node.link]
            parent_key = tuple(row.get(link.by[part]) for part in link.parent.key)
            try:
                return self.of_row(link.parent, parent_key, node.name, depth)
            except NothingToExplain as error:
                text = Text(str(error), str(error))
                return Explanation("looked_up", link.parent.name, node.name, text, None, cause=text)
        assert isinstance(node, Over)
        return self._total(entity, row, node, depth)

    def _parameter(
        self, entity: Entity, key: tuple[Value, ...], row: Mapping[str, Any], node: ParameterValue
    ) -> Explanation:
        parameter = self._evaluation.rulebook[node.name]
        keys = tuple(self._category(entity, key, row, part) for part in node.keys)
        on: date | None = self._evaluation.on
        if on is not None and entity.period is not None:
            year = row[entity.period]
            on = None if year is None else min(on, date(int(year), 12, 31))
        shown = f"{node.name}[{', '.join(map(str, keys))}]" if keys else node.name
        cause = _NO_CATEGORY if None in keys else _NO_YEAR
        cell = None if None in keys or on is None else parameter.at(on, *(str(part) for part in keys))
        if cell is None:
            if on is not None and None not in keys:
                cause = self._unset(node, None, [str(part) for part in keys] if is_scalar(node) else ())
            return Explanation("parameter", node.name, shown, parameter.title, None, str(parameter.unit), cause=cause)
        return Explanation(
            "parameter",
            node.name,
            shown,
            parameter.title,
            cell.value,
            str(parameter.unit),
            trust=cell.status,
            cause=self._unset(node, cell, cell.keys) if cell.value is None else None,
            source=cell.source,
            confidence=cell.confidence,
            note=cell.note,
            since=cell.start,
        )

    def _category(self, entity: Entity, key: tuple[Value, ...], row: Mapping[str, Any], part: Expr) -> Value:
        if isinstance(part, Constant):
            return part.value
        if isinstance(part, Name):
            value: Value = row.get(part.name)
            return value
        if isinstance(part, ParameterValue):
            return self._parameter(entity, key, row, part).value
        if isinstance(part, Lookup):
            link = entity.parents[part.link]
            above = self._row(link.parent, tuple(row.get(link.by[own]) for own in link.parent.key), part.name)
            looked_up: Value = None if above is None else above.get(part.name)
            return looked_up
        found: list[Value] = self._evaluation.values_of(
            entity, part, _rows_with(dict(zip(entity.key, key, strict=True)))
        )
        return found[0]

    def _unset(self, node: ParameterValue, cell: Cell | None, keys: Sequence[str]) -> Text:
        causes = self._evaluation.causes
        return causes[causes.unset(node.name, cell, keys)].text

    def _total(self, entity: Entity, row: Mapping[str, Any], node: Over, depth: int) -> Explanation:
        link = entity.children[node.link]
        where = {own: row.get(part) for part, own in link.by.items()}
        about = ("held", "source", "origin") if node.name and (link.child, node.name) not in self._plan else ()
        names = [*([node.name] if node.name else []), *link.by.values(), *about]
        children = self._select(link.child, names, where)
        order = sorted(range(len(children)), key=lambda place: (_weight(children[place], node.name), place))
        shown: list[Explanation] = []
        for place in order[:PARTS_SHOWN] if node.name else []:
            child, child_key = children[place], tuple(children[place][part] for part in link.child.key)
            if shown:  # the first one is explained further; of the others the value is here already
                shown.append(self._of(link.child, child_key, child, node.name, 0))
            else:
                shown.append(self.of_row(link.child, child_key, node.name, depth))
        unknown = sum(child.get(node.name) is None for child in children) if node.name else 0
        unit, value = "1", _aggregate(node, children)
        if node.name and node.aggregate != "count_if":
            unit = str(self._plan.type_of(link.child, Name(node.name)).unit)
        return Explanation(
            "total",
            entity.name,
            formula(node),
            link.child.title,
            value,
            unit,
            parts=len(children),
            undetermined_parts=unknown,
            children=tuple(shown),
        )


def _rows_with(values: Mapping[str, Value]) -> nw.Expr:
    condition = nw.lit(True)
    for column, value in values.items():
        condition = condition & (nw.col(column) == nw.lit(value))
    return condition


def _weight(child: Mapping[str, Any], name: str) -> tuple[bool, float]:
    """Undetermined parts first, then the largest."""
    value = child.get(name)
    return (value is not None, -abs(value) if isinstance(value, int | float) else 0.0)


def _aggregate(node: Over, children: Sequence[Mapping[str, Any]]) -> Value:
    """The aggregate of the rows at hand, for the line above its parts."""
    if node.aggregate == "count":
        return len(children)
    values = [child.get(node.name) for child in children]
    if node.aggregate == "count_if":
        return sum(value is True for value in values)
    known: list[float] = [value for value in values if value is not None]
    if len(known) < len(values) and (node.aggregate != "known_sum" or not known):
        return None
    if not values and node.aggregate in ("mean", "smallest", "largest"):
        return None
    if node.aggregate == "smallest":
        return min(known)
    if node.aggregate == "largest":
        return max(known)
    # As the engine adds: exactly, in millionths.
    total = sum(round(value * PER_UNIT) if isinstance(value, float) else value * PER_UNIT for value in known)
    return total / PER_UNIT / (len(known) if node.aggregate == "mean" else 1)


# -- showing -----------------------------------------------------------------------------------------


def figure(value: Value) -> str:
    """A value for reading: thousands separated, six significant digits."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1e6 else f"{value:,.6g}" if abs(value) < 1e5 else f"{value:,.1f}"
    if isinstance(value, int):
        return str(value) if 1900 <= value <= 2100 else f"{value:,}"
    return str(value)


def _shown(node: Explanation, language: Language) -> str:
    if node.value is None:
        why = node.cause.in_language(language) if node.cause else ""
        word = "未确定" if language == "zh" else "undetermined"
        return f"{word}: {why}" if why else word
    unit = "" if node.unit == "1" else f" {node.unit}"
    return f"{figure(node.value)}{unit}"


def _remark(node: Explanation) -> str:
    if node.kind == "total":
        missing = f", {node.undetermined_parts} undetermined" if node.undetermined_parts else ""
        return f"{node.parts} part(s){missing}"
    if node.kind == "parameter":
        said = [node.source.document if node.source else "", (node.source and node.source.clause) or ""]
        sure = [node.trust.word if node.trust is not None else "", node.confidence or ""]
        since = f"in force from {node.since}" if node.since else ""
        return "; ".join(part for part in (*said, since, *sure) if part)
    counted = f" ({node.undetermined_parts} of {node.parts} parts undetermined)" if node.undetermined_parts else ""
    again = " (explained above)" if node.kind == "seen" else ""
    return f"{node.formula}{counted}{again}"


def _plain(node: Explanation) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": node.kind,
        "subject": node.subject,
        "name": node.name,
        "title": {"en": node.title.en, "zh": node.title.zh},
        "value": node.value.isoformat() if isinstance(node.value, date) else node.value,
        "unit": node.unit,
    }
    if node.cause is not None:
        found["undetermined"] = {"en": node.cause.en, "zh": node.cause.zh}
    for name in ("formula", "words", "confidence", "note", "parts", "undetermined_parts"):
        if getattr(node, name):
            found[name] = getattr(node, name)
    if node.cites:
        found["cites"] = list(node.cites)
    if node.trust is not None:
        found["trust"] = node.trust.word
    if node.since is not None:
        found["since"] = node.since.isoformat()
    if node.source is not None:
        parts = ("document", "clause", "read", "address", "note")
        found["source"] = {part: getattr(node.source, part) for part in parts if getattr(node.source, part)}
    if node.children:
        found["because"] = [_plain(child) for child in node.children]
    return found


def _html(node: Explanation, language: Language, *, is_open: bool = False) -> str:
    line = (
        f"<b>{escape(node.title.in_language(language))}</b> <code>{escape(node.name)}</code> "
        f"<span>{escape(node.result(language))}</span> <small>{escape(node.remark())}</small>"
    )
    if not node.children:
        return f"<div>{line}</div>"
    inside = "".join(_html(child, language) for child in node.children)
    return f"<details{' open' if is_open else ''}><summary>{line}</summary>{inside}</details>"
