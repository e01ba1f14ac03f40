"""Why a result is what it is: the tree of rules, values, parameters and sources behind it.

``explain`` asks the evaluation for the few rows concerned, ``explain_all`` does so for several results with hardly
more queries. Where a run has stored its results, give them to the evaluation (``stored=``) and nothing but those rows
is read. ``explanation_tree`` says what an explanation is and how it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import narwhals as nw

from tanheng.policy.entities import Entity, Link
from tanheng.policy.evaluation import Evaluation
from tanheng.policy.explained_rows import PARTS_SHOWN, ExplainedRows, Key, NotFetched, Row
from tanheng.policy.explanation_tree import Explanation, Value, figure
from tanheng.policy.expressions import Constant, Expr, Lookup, Name, Over, ParameterValue
from tanheng.policy.parameter_tables import is_scalar
from tanheng.policy.parameters import Cell, Source, Status
from tanheng.policy.wording import formula
from tanheng.text import Text
from tanheng.units import Unit

__all__ = [
    "PARTS_SHOWN",
    "Explanation",
    "NothingToExplain",
    "explain",
    "explain_all",
    "figure",
    "read_subject",
]

Follow = Callable[[Entity, str], bool]
_NO_CATEGORY = Text("its category is undetermined", "其类别未确定")
_NO_YEAR = Text("its year is undetermined", "其年份未确定")


class NothingToExplain(LookupError):
    """There is no such entity, row, rule or column; the message says what there is."""


def explain(
    evaluation: Evaluation,
    entity: Entity,
    key: Sequence[Value],
    name: str,
    *,
    depth: int = 6,
    follow: Follow | None = None,
) -> Explanation:
    """The tree behind one rule or column of one row. Rules that ``follow`` says no to are told but not explained.

    Raises
    ------
    NothingToExplain
        When the row, rule or column does not exist.
    """
    (found,) = explain_all(evaluation, [(entity, key, name)], depth=depth, follow=follow)
    if isinstance(found, NothingToExplain):
        raise found
    return found


def explain_all(
    evaluation: Evaluation,
    figures: Sequence[tuple[Entity, Sequence[Value], str]],
    *,
    depth: int = 6,
    parts: int = PARTS_SHOWN,
    follow: Follow | None = None,
) -> list[Explanation | NothingToExplain]:
    """The trees behind several figures: entity, key, and rule or column of each. ``parts`` of every total are shown.

    What does not exist gets what could be raised for it in place of a tree.
    """
    explainer = _Explainer(evaluation, parts, follow)
    while True:
        found = [explainer.tree(entity, tuple(key), name, depth) for entity, key, name in figures]
        if not explainer.rows.fetch():
            return [tree for tree in found if tree is not None]


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
    def __init__(self, evaluation: Evaluation, parts: int, follow: Follow | None) -> None:
        self.rows = ExplainedRows(evaluation, parts)
        self._evaluation = evaluation
        self._plan = evaluation.plan
        self._follow = follow
        self._needed: dict[tuple[Entity, str], tuple[str, ...]] = {}
        self._parts: dict[tuple[Entity, str], Mapping[str, Expr]] = {}
        self._seen: set[tuple[Entity, Key, str]] = set()

    def tree(self, entity: Entity, key: Key, name: str, depth: int) -> Explanation | NothingToExplain | None:
        """The tree as far as its rows are here; None where not even the first is."""
        if (entity, name) not in self._plan and entity.column(name) is None:
            try:
                self._evaluation.rows(entity, [name], nw.lit(True))
            except KeyError as error:  # it says the names that come near
                return NothingToExplain(error.args[0])
        self._seen = set()
        try:
            return self._of_row(entity, key, name, depth)
        except NothingToExplain as nothing:
            return nothing
        except NotFetched:
            return None

    def _of_row(self, entity: Entity, key: Key, name: str, depth: int) -> Explanation:
        row = self.rows.row(entity, key, self._names(entity, name, depth))
        if row is None:
            shown = ", ".join(f"{column} {part}" for column, part in zip(entity.key, key, strict=True))
            raise NothingToExplain(f"{entity.name} has no row with {shown}")
        return self._of(entity, key, row, name, depth)

    def _names(self, entity: Entity, name: str, depth: int) -> tuple[str, ...]:
        """What to ask of a row: the name alone, or every column and every rule that it takes up in the entity."""
        is_rule = (entity, name) in self._plan
        if depth == 0:
            return (name,) if is_rule else (name, "held", "source", "origin")
        if (entity, name) not in self._needed:
            columns = [*(column.name for column in entity.table), "held"]
            if entity.year_of is not None:
                columns.append("year")
            closure = self._closure(entity, name) if is_rule else ()
            self._needed[(entity, name)] = (*columns, *(rule for owner, rule in closure if owner is entity))
        return self._needed[(entity, name)]

    def _closure(self, entity: Entity, name: str) -> Sequence[tuple[Entity, str]]:
        """The rules behind one, as far as they are followed."""
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

    def _of(self, entity: Entity, key: Key, row: Row, name: str, depth: int) -> Explanation:
        if (entity, name) not in self._plan:
            return self._column(entity, key, row, name)
        planned = self._plan[(entity, name)]
        subject = f"{entity.name}:{','.join(map(str, key))}"
        trust = row.get(f"{name}__trust")
        common: dict[str, Any] = {
            "title": planned.rule.title,
            "value": row.get(name),
            "unit": str(planned.type.unit),
            "formula": _formula(planned.expr),
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
        children = []
        for node in self._parts_of(entity, name).values():
            try:
                children.append(self._node(entity, key, row, node, depth - 1))
            except NotFetched:
                continue  # the tree is begun anew once it is there; meanwhile the others are asked for too
        return Explanation(
            "rule",
            subject,
            name,
            **common,
            words=planned.rule.words.en,
            cites=planned.rule.cites,
            children=tuple(children),
        )

    def _column(self, entity: Entity, key: Key, row: Row, name: str) -> Explanation:
        column = entity.column(name)
        assert column is not None
        value, cause = row.get(name), None
        if value is None:
            causes = self._evaluation.causes
            if row.get("held") and entity.may_be_held(name):
                cause = causes[causes.held(entity, name)].text
                cause = Text(f"{cause.en} ({row['held']})", f"{cause.zh}({row['held']})")
            else:
                cause = causes[causes.missing(entity, name)].text
        return Explanation(
            "column",
            f"{entity.name}:{','.join(map(str, key))}",
            name,
            column.meaning,
            value,
            str(Unit.parse(column.unit)),
            Text(f"{entity.table.name}.{name}", f"{entity.table.name}.{name}"),
            cause=cause,
            source=Source(row["source"]) if row.get("source") else None,
            note=row.get("origin"),
        )

    def _parts_of(self, entity: Entity, name: str) -> Mapping[str, Expr]:
        """What a rule looks at, once each, in the order of its formula."""
        if (entity, name) not in self._parts:
            found: dict[str, Expr] = {}
            for node in self._plan[(entity, name)].expr.walk():
                if isinstance(node, Name | Lookup | Over | ParameterValue) and formula(node) != "held":
                    found.setdefault(formula(node), node)
            self._parts[(entity, name)] = found
        return self._parts[(entity, name)]

    def _cause(self, code: int | None) -> Text | None:
        return None if code is None else self._evaluation.cause(code).text

    def _node(self, entity: Entity, key: Key, row: Row, node: Expr, depth: int) -> Explanation:
        if isinstance(node, Name):
            return self._of(entity, key, row, node.name, depth)
        if isinstance(node, ParameterValue):
            return self._parameter(entity, key, row, node)
        if isinstance(node, Lookup):
            return self._looked_up(entity, key, row, node, depth)
        assert isinstance(node, Over)
        return self._total(entity, row, node, depth)

    def _looked_up(self, entity: Entity, key: Key, row: Row, node: Lookup, depth: int) -> Explanation:
        link = entity.parents[node.link]
        parent_key = tuple(row.get(link.by[part]) for part in link.parent.key)
        for part, value in zip(link.parent.key, parent_key, strict=True):
            if value is None:
                return self._key_undetermined(link, node, self._of(entity, key, row, link.by[part], depth))
        try:
            return self._of_row(link.parent, parent_key, node.name, depth)
        except NothingToExplain as error:
            names = ", ".join(f"{part} {value}" for part, value in zip(link.parent.key, parent_key, strict=True))
            cause = Text(str(error), f"{link.parent.title.zh}({link.parent.name})中没有 {names}")
            return Explanation(
                "looked_up", link.parent.name, node.name, self._title(link.parent, node.name), None, cause=cause
            )

    def _key_undetermined(self, link: Link, node: Lookup, own: Explanation) -> Explanation:
        """A look-up that does not know where to look: what is missing is its key, and the key says why."""
        cause = Text(
            f"{own.name}, by which {link.parent.name} is looked up, is undetermined",
            f"用于查找{link.parent.title.zh}的 {own.name} 未确定",
        )
        title = self._title(link.parent, node.name)
        return Explanation("looked_up", link.parent.name, node.name, title, None, cause=cause, children=(own,))

    def _title(self, entity: Entity, name: str) -> Text:
        if (entity, name) in self._plan:
            return self._plan[(entity, name)].rule.title
        column = entity.column(name)
        assert column is not None
        return column.meaning

    def _parameter(self, entity: Entity, key: Key, row: Row, node: ParameterValue) -> Explanation:
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

    def _category(self, entity: Entity, key: Key, row: Row, part: Expr) -> Value:
        if isinstance(part, Constant):
            return part.value
        if isinstance(part, Name):
            value: Value = row.get(part.name)
            return value
        if isinstance(part, ParameterValue):
            return self._parameter(entity, key, row, part).value
        if isinstance(part, Lookup):
            link = entity.parents[part.link]
            above = self.rows.row(link.parent, tuple(row.get(link.by[own]) for own in link.parent.key), (part.name,))
            looked_up: Value = None if above is None else above.get(part.name)
            return looked_up
        return self.rows.value(entity, key, part)

    def _unset(self, node: ParameterValue, cell: Cell | None, keys: Sequence[str]) -> Text:
        causes = self._evaluation.causes
        return causes[causes.unset(node.name, cell, keys)].text

    def _total(self, entity: Entity, row: Row, node: Over, depth: int) -> Explanation:
        """The weightiest parts, of which the first is explained further."""
        link = entity.children[node.link]
        parts = self.rows.parts(link, node, tuple(row.get(part) for part in link.parent.key))
        shown = []
        for place, key in enumerate(parts.shown):
            try:
                shown.append(self._of_row(link.child, key, node.name, depth if place == 0 else 0))
            except NotFetched:
                continue
        unit = "1"
        if node.name and node.aggregate != "count_if":
            unit = str(self._plan.type_of(link.child, Name(node.name)).unit)
        return Explanation(
            "total",
            entity.name,
            formula(node),
            link.child.title,
            parts.value,
            unit,
            _formula(node),
            parts=parts.count,
            undetermined_parts=parts.undetermined,
            children=tuple(shown),
        )


def _formula(expr: Expr) -> Text:
    return Text(formula(expr, "en"), formula(expr, "zh"))
