"""Why a result is undetermined: each cause has a code in the tables and a text for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tanheng.policy.entities import Entity
from tanheng.policy.parameters import Cell
from tanheng.policy.rulebook import Rulebook
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
    """The causes of one evaluation. A code is given at first use, in the order of the plan."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self._codes: dict[tuple[str, ...], int] = {}
        self._causes: list[Cause] = []

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

    def said(self, missing: str) -> int:
        return self._code("said", (missing,), Text(missing, missing), "nobody")

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

    def _code(
        self, kind: CauseKind, subject: tuple[str, ...], text: Text, who: Literal["bureau", "reporter", "nobody"]
    ) -> int:
        key = (kind, *subject)
        if key not in self._codes:
            self._codes[key] = len(self._causes) + 1
            self._causes.append(Cause(self._codes[key], kind, text, who))
        return self._codes[key]
