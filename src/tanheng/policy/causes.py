"""Why a result is undetermined: each cause has a code in the tables and a text for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from tanheng.policy.entities import Entity
from tanheng.policy.expressions import (
    Binary,
    Call,
    Constant,
    Expr,
    Lookup,
    Name,
    Over,
    ParameterValue,
    Undetermined,
    Window,
)
from tanheng.policy.parameters import Cell
from tanheng.policy.plan import Plan
from tanheng.text import Text

CauseKind = Literal["unset", "no_category", "not_reported", "held", "no_parent", "arithmetic", "said"]


@dataclass(frozen=True)
class Cause:
    """``who`` can mend it: the bureau publishes a parameter, the facility reports or answers a question."""

    code: int
    kind: CauseKind
    text: Text
    who: Literal["bureau", "reporter", "nobody"]


class Causes:
    """The causes of one evaluation.

    Everything that can be missing has its code beforehand, in the order of kinds and names: where several parts of a
    total are missing, the smallest code is told, and that must not hang on the order of the rules or of the questions.
    """

    def __init__(self, plan: Plan) -> None:
        self._rulebook = plan.rulebook
        self._codes: dict[tuple[str, ...], int] = {}
        self._causes: list[Cause] = []
        for planned in plan:
            for node in planned.expr.walk():
                self._foresee(planned.rule.entity, node)
        kinds = get_args(CauseKind)
        order = sorted(self._codes, key=lambda key: (kinds.index(key[0]), key[1:]))
        self._causes = [replace(self[self._codes[key]], code=code) for code, key in enumerate(order, start=1)]
        self._codes = {key: code for code, key in enumerate(order, start=1)}

    def __getitem__(self, code: int) -> Cause:
        return self._causes[code - 1]

    def __len__(self) -> int:
        return len(self._causes)

    def missing(self, entity: Entity, column: str) -> int:
        place = f"{entity.table.name}.{column}"
        return self._code("not_reported", (place,), Text(f"{place} was not reported", f"未填报 {place}"), "reporter")

    def held(self, entity: Entity, column: str) -> int:
        place = f"{entity.table.name}.{column}"
        text = Text(f"{place} is held: a question about it is open", f"{place} 已暂存:相关疑问待答复")
        return self._code("held", (place,), text, "reporter")

    def no_parent(self, entity: Entity, link: str) -> int:
        text = Text(f"{entity.name} has no {link}", f"{entity.title.zh}没有对应的 {link}")
        return self._code("no_parent", (entity.name, link), text, "reporter")

    def unset(self, parameter: str, cell: Cell | None, keys: Sequence[str]) -> int:
        """A parameter that is not published; without a cell, one that does not know the category."""
        if cell is None and not keys and self._rulebook[parameter].by:
            text = Text(f"{parameter} has no value for this category", f"{parameter} 没有此类别的取值")
            return self._code("no_category", (parameter,), text, "bureau")
        name = f"{parameter}[{', '.join(keys)}]" if keys else parameter
        text = Text(f"{name} is not published", f"{name} 尚未公布")
        return self._code("unset", (name,), text, "bureau")

    def said(self, missing: str, zh: str = "") -> int:
        return self._code("said", (missing,), Text(missing, zh or missing), "nobody")

    def arithmetic(self, what: str) -> int:
        texts = {
            "/": Text("division by zero", "除数为零"),
            "**": Text("a power that has no value", "幂运算无意义"),
            "sqrt": Text("square root of a negative number", "负数开平方"),
            "log": Text("logarithm of zero or less", "对非正数取对数"),
            "share": Text("another row of the group is undetermined", "同组其他行未确定"),
            "empty": Text("there are no parts", "没有组成部分"),
        }
        return self._code("arithmetic", (what,), texts[what], "nobody")

    def _foresee(self, entity: Entity, node: Expr) -> None:
        """Give a code to all that a node can miss."""
        if isinstance(node, Name):
            self._foresee_column(entity, node.name)
        elif isinstance(node, Lookup):
            self.no_parent(entity, node.link)
            self._foresee_column(entity.parents[node.link].parent, node.name)
        elif isinstance(node, Over):
            self.arithmetic("empty")
            self._foresee_column(entity.children[node.link].child, node.name)
        elif isinstance(node, ParameterValue):
            keys = [str(key.value) for key in node.keys if isinstance(key, Constant)]
            self.unset(node.name, None, keys if len(keys) == len(node.keys) else ())
            for cell in self._rulebook[node.name].cells:
                if cell.value is None and cell.said == "value":
                    self.unset(node.name, cell, cell.keys)
        elif isinstance(node, Undetermined):
            self.said(node.missing, node.missing_zh)
        elif isinstance(node, Binary) and node.operator in ("/", "**"):
            self.arithmetic(node.operator)
        elif isinstance(node, Call) and node.function in ("sqrt", "log"):
            self.arithmetic(node.function)
        elif isinstance(node, Window) and node.function == "share":
            self.arithmetic("share")
            self.arithmetic("/")

    def _foresee_column(self, entity: Entity, name: str) -> None:
        if any(column.name == name for column in entity.table) and entity.table.may_be_null(name):
            self.missing(entity, name)
            if entity.may_be_held(name):
                self.held(entity, name)

    def _code(
        self, kind: CauseKind, subject: tuple[str, ...], text: Text, who: Literal["bureau", "reporter", "nobody"]
    ) -> int:
        key = (kind, *subject)
        if key not in self._codes:
            self._codes[key] = len(self._causes) + 1
            self._causes.append(Cause(self._codes[key], kind, text, who))
        return self._codes[key]
