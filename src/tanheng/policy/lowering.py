"""A rule as columns of a query: its value, why it is undetermined, how far it is trusted.

The three come from the same tree, so that they cannot drift apart:

- ``value``: null where anything that the result hangs on is null. A condition that is
  undetermined makes the choice undetermined, it does not count as false.
- ``cause``: an integer code of the first thing missing; null where the value is there.
- ``trust``: the weakest ``Status`` of the parameters that went into the branch taken.

Before an expression is lowered, the frame holds a column for each parameter with categories, each
look-up and each aggregate in it (``evaluation`` joins them); ``joined`` says which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Protocol, cast

import narwhals as nw

from tanheng.policy.arithmetic import Arithmetic
from tanheng.policy.entities import Entity
from tanheng.policy.expressions import (
    Binary,
    Call,
    Case,
    Constant,
    Convert,
    Expr,
    Lookup,
    Name,
    Over,
    ParameterValue,
    Undetermined,
    Window,
)
from tanheng.policy.parameters import Cell
from tanheng.policy.relational import Column, Words
from tanheng.policy.typing_rules import Type
from tanheng.policy.wording import formula

DTYPES: Mapping[str, Any] = {
    "number": nw.Float64(),
    "integer": nw.Int64(),
    "text": nw.String(),
    "boolean": nw.Boolean(),
    "date": nw.Date(),
}

PARTS = ("parts", "undetermined")
_OPERAND = {"not": "boolean", "year": "date", "month": "date"}  # the other functions are of numbers
WEAKEST = 3  # no status is weaker


@dataclass(frozen=True)
class Made:
    """What stands beside a column: ``name__cause``, ``name__trust``, ``name__parts``.

    ``trust`` is a status when it is the same for all rows, and None when there is a column.
    """

    cause: bool
    trust: int | None
    parts: bool = False


@dataclass(frozen=True)
class Joined:
    """What a parameter with categories, a look-up, an aggregate or a window gives on a row.

    ``cause`` is None where the value is always there. ``parts`` holds the counts ``parts`` and ``undetermined`` of a
    total that leaves parts out.
    """

    value: Column
    cause: Column | None = None
    trust: int | Column = 0
    parts: Mapping[str, Column] = field(default_factory=dict)


class Codes(Protocol):
    """Gives each cause of being undetermined its code."""

    def missing(self, entity: Entity, column: str) -> int: ...
    def held(self, entity: Entity, column: str) -> int: ...
    def no_parent(self, entity: Entity, link: str) -> int: ...
    def unset(self, parameter: str, cell: Cell | None, keys: Sequence[str]) -> int: ...
    def said(self, missing: str, zh: str = ...) -> int: ...
    def arithmetic(self, what: str) -> int: ...


@dataclass(frozen=True)
class Lowering:
    """Lowers expressions of one entity over one frame.

    ``bands`` gives for a parameter without open categories its cells by first year of validity
    (``None`` for an entity without period), ``period`` the year column.
    """

    entity: Entity
    made: Mapping[str, Made]
    joined: Mapping[str, Joined]
    bands: Mapping[str, Sequence[tuple[int | None, Cell | None]]]
    codes: Codes
    arithmetic: Arithmetic
    types: Callable[[Expr], Type]

    @property
    def words(self) -> Words:
        return self.arithmetic.words

    # -- value -------------------------------------------------------------------------------------

    def value(self, expr: Expr) -> Column:
        if isinstance(expr, Constant):
            return self.words.lit(expr.value)
        if isinstance(expr, Undetermined):
            return self.words.lit(None)  # of no kind, since it stands in for every kind
        if isinstance(expr, Name):
            return self.words.col(expr.name)
        if isinstance(expr, ParameterValue | Lookup | Over | Window):
            signature = formula(expr)
            if signature in self.joined:
                return self.joined[signature].value
            assert isinstance(expr, ParameterValue)
            return self._banded(expr, lambda cell: None if cell is None else cell.value, self.types(expr).kind)
        if isinstance(expr, Binary):
            return self._binary(expr)
        if isinstance(expr, Convert):
            factor = self.types(expr.value).unit.factor_to(expr.unit)
            assert factor is not None, "checked by the plan"
            return self.value(expr.value) * float(factor)
        if isinstance(expr, Case):
            found = self.types(expr)
            return self._case(expr, self.value, self.words.lit(None, dtype=None if found.open else DTYPES[found.kind]))
        if isinstance(expr, Call):
            return self._call(expr)
        raise TypeError(type(expr).__name__)

    def _binary(self, expr: Binary) -> Column:
        if expr.operator in ("==", "!=", "<", "<=", ">", ">="):
            left, right = self.value(expr.left), self.value(expr.right)
        else:
            kind = "boolean" if expr.operator in ("&", "|") else "number"
            left, right = self._of_kind(kind, expr.left), self._of_kind(kind, expr.right)
        match expr.operator:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case "/":
                if isinstance(expr.right, Constant) and expr.right.value != 0:
                    return self.arithmetic.divided(left, float(expr.right.value))
                return self.words.choice(right != 0, self.arithmetic.quotient(left, right))
            case "**":
                there = self._is_a_power(expr)
                return left**right if there is None else self.words.choice(there, left**right)
            case "==":
                return left == right
            case "!=":
                return left != right
            case "<":
                return left < right
            case "<=":
                return left <= right
            case ">":
                return left > right
            case ">=":
                return left >= right
            case "&":
                return left & right
            case "|":
                return left | right

    def _is_a_power(self, expr: Binary) -> Column | None:
        """Where the power is a real number: not 0 to a negative one, no root of a negative. None: everywhere."""
        if isinstance(expr.right, Constant) and isinstance(expr.right.value, int) and expr.right.value >= 0:
            return None
        base, exponent = self.value(expr.left), self.value(expr.right)
        return (base > 0) | ((base == 0) & (exponent >= 0)) | ((base < 0) & (exponent == exponent.floor()))

    def _of_kind(self, kind: str, expr: Expr) -> Column:
        """The value of an expression; what is never known is of the kind that is wanted here."""
        value = self.value(expr)
        return value.cast(DTYPES[kind]) if self.types(expr).open else value

    def _call(self, expr: Call) -> Column:
        values = [self.value(argument) for argument in expr.arguments]
        first = self._of_kind(_OPERAND.get(expr.function, "number"), expr.arguments[0])
        match expr.function:
            case "neg":
                return -first
            case "not":
                return ~first
            case "round":
                return self.arithmetic.rounded(first, expr.options[0])
            case "floor":
                return first.floor()
            case "ceil":
                return first.ceil()
            case "abs":
                return first.abs()
            case "sqrt":
                return self.words.choice(first >= 0, first).sqrt()
            case "exp":
                return first.exp()
            case "log":
                return self.words.choice(first > 0, first).log()
            case "year":
                return self.words.year(first)
            case "month":
                return self.words.month(first)
            case "is_known":
                return ~values[0].is_null()
            case "or_else":
                return self.words.coalesce(*values)
            case "is_in":
                return values[0].is_in(list(expr.options))
            case "smallest" | "largest":
                # Both skip nulls by themselves; here one undetermined value makes the result so.
                choose = self.words.least if expr.function == "smallest" else self.words.greatest
                known = reduce(lambda a, b: a & b, [~value.is_null() for value in values])
                return self.words.choice(known, choose(*values))

    def _case(self, expr: Case, of: Any, unknown: Any) -> Column:
        result = of(expr.otherwise)
        for condition, value in reversed(expr.branches):
            holds = self._of_kind("boolean", condition)
            result = self.words.choice(holds, of(value), result)
            if self.cause(condition) is not None:
                result = self.words.choice(holds.is_null(), unknown, result)
        return cast(Column, result)

    def _banded(self, expr: ParameterValue, of: Any, kind: str) -> Column:
        """A parameter without open categories: a constant, or a choice by the year of the row."""
        bands = self.bands[formula(expr)]
        dtype = DTYPES[kind]
        period = self.entity.period or ""
        result = self.words.lit(of(bands[0][1]), dtype=dtype)
        for first_year, cell in bands[1:]:
            result = self.words.choice(
                self.words.col(period) >= first_year, self.words.lit(of(cell), dtype=dtype), result
            )
        if len(bands) > 1 and self.cause_of_column(period) is not None:
            result = self.words.choice(~self.words.col(period).is_null(), result)
        return result

    # -- cause -------------------------------------------------------------------------------------

    def cause(self, expr: Expr) -> Column | None:
        """The code of the first thing missing, null where the value is there; None when it always is."""
        if isinstance(expr, Constant):
            return None
        if isinstance(expr, Undetermined):
            return self._code(self.codes.said(expr.missing, expr.missing_zh))
        if isinstance(expr, Name):
            return self.cause_of_column(expr.name)
        if isinstance(expr, ParameterValue):
            return self._cause_of_parameter(expr)
        if isinstance(expr, Lookup | Over | Window):
            return self.joined[formula(expr)].cause
        if isinstance(expr, Convert):
            return self.cause(expr.value)
        if isinstance(expr, Case):
            return self._cause_of_case(expr)
        if isinstance(expr, Binary):
            return self._cause_of_binary(expr)
        assert isinstance(expr, Call)
        if expr.function == "is_known":
            return None
        causes = [self.cause(argument) for argument in expr.arguments]
        if expr.function == "or_else":
            last = causes[-1]
            if last is None or any(cause is None for cause in causes):
                return None
            return self.words.choice(self.value(expr).is_null(), last)
        found = self._first(causes)
        if expr.function in ("sqrt", "log"):
            value = self._of_kind("number", expr.arguments[0])
            domain = value < 0 if expr.function == "sqrt" else value <= 0
            wrong = self.words.choice(domain, self._code(self.codes.arithmetic(expr.function)))
            found = wrong if found is None else self.words.coalesce(found, wrong)
        return found

    def cause_of_column(self, name: str) -> Column | None:
        made = self.made.get(name)
        if made is not None:
            return self.words.col(f"{name}__cause") if made.cause else None
        if name in ("year", "held") or not self.entity.table.may_be_null(name):
            return None
        missing = self._code(self.codes.missing(self.entity, name))
        if self.entity.may_be_held(name):
            held = self._code(self.codes.held(self.entity, name))
            missing = self.words.choice(self.words.col("held").is_null(), missing, held)
        return self.words.choice(self.words.col(name).is_null(), missing)

    def _cause_of_parameter(self, expr: ParameterValue) -> Column | None:
        signature = formula(expr)
        no_period = None if self.entity.period is None else self.cause_of_column(self.entity.period)
        if signature not in self.joined:
            bands = self.bands[signature]
            no_period = no_period if len(bands) > 1 else None
            if all(cell is not None and cell.value is not None for _, cell in bands):
                return no_period
            keys = [str(key.value) for key in expr.keys if isinstance(key, Constant)]

            def code(cell: Cell | None) -> int | None:
                known = cell is not None and cell.value is not None
                return None if known else self.codes.unset(expr.name, cell, keys)

            return self._first([no_period, self._banded(expr, code, "integer").cast(nw.Int32())])
        joined = self.joined[signature]
        keys_missing = self._first([*(self.cause(key) for key in expr.keys), no_period])
        found = self._first([keys_missing, joined.cause])
        return None if found is None else self.words.choice(joined.value.is_null(), found)

    def _cause_of_binary(self, expr: Binary) -> Column | None:
        found = self._first([self.cause(expr.left), self.cause(expr.right)])
        if expr.operator in ("&", "|") and found is not None:
            # What is missing on one side does not matter where the other side decides.
            return self.words.choice(self.value(expr).is_null(), found)
        wrong = None
        if expr.operator == "/" and not (isinstance(expr.right, Constant) and expr.right.value != 0):
            wrong = self.value(expr.right) == 0
        elif expr.operator == "**":
            there = self._is_a_power(expr)
            wrong = None if there is None else ~there
        if wrong is None:
            return found
        return self._first([found, self.words.choice(wrong, self._code(self.codes.arithmetic(expr.operator)))])

    def _cause_of_case(self, expr: Case) -> Column | None:
        causes = [self.cause(part) for part in expr.parts]
        if all(cause is None for cause in causes):
            return None
        nothing = self.words.lit(None, dtype=nw.Int32())
        otherwise = self.cause(expr.otherwise)
        result = nothing if otherwise is None else otherwise
        for condition, value in reversed(expr.branches):
            of_condition, of_value = self.cause(condition), self.cause(value)
            holds = self._of_kind("boolean", condition)
            result = self.words.choice(holds, nothing if of_value is None else of_value, result)
            if of_condition is not None:
                result = self.words.choice(holds.is_null(), of_condition, result)
        return result

    # -- trust -------------------------------------------------------------------------------------

    def trust(self, expr: Expr) -> int | Column:
        """The weakest status: a number when it is the same for all rows."""
        if isinstance(expr, Constant | Undetermined):
            return 0
        if isinstance(expr, Name):
            made = self.made.get(expr.name)
            if made is None:
                return 0
            return self.words.col(f"{expr.name}__trust") if made.trust is None else made.trust
        if isinstance(expr, ParameterValue | Lookup | Over | Window):
            signature = formula(expr)
            own: int | Column
            if signature in self.joined:
                own = self.joined[signature].trust
            else:
                assert isinstance(expr, ParameterValue)
                statuses = {int(cell.status) for _, cell in self.bands[signature] if cell is not None}
                if len(statuses) <= 1:
                    own = max(statuses, default=0)
                else:
                    own = self._banded(expr, lambda c: 0 if c is None else int(c.status), "integer").cast(nw.Int8())
            return self._weakest([own, *(self.trust(part) for part in expr.parts)])
        if isinstance(expr, Case):
            conditions = self._weakest([self.trust(condition) for condition, _ in expr.branches])
            values = [self.trust(value) for _, value in expr.branches] + [self.trust(expr.otherwise)]
            if all(isinstance(value, int) and value == values[0] for value in values):
                return self._weakest([conditions, values[0]])
            if isinstance(conditions, int) and all(isinstance(value, int) and value <= conditions for value in values):
                return conditions
            chosen = self._as_trust(values[-1])
            for (condition, _), value in reversed(list(zip(expr.branches, values, strict=False))):
                chosen = self.words.choice(self._of_kind("boolean", condition), self._as_trust(value), chosen)
            return self._weakest([conditions, chosen])
        if isinstance(expr, Call) and expr.function == "or_else":
            first, other = (self.trust(argument) for argument in expr.arguments)
            if isinstance(other, int) and (other == 0 or (isinstance(first, int) and other <= first)):
                return first
            falls_back = self.value(expr.arguments[0]).is_null()
            return self.words.choice(falls_back, self._as_trust(self._weakest([first, other])), self._as_trust(first))
        return self._weakest([self.trust(part) for part in expr.parts])

    # -- parts -------------------------------------------------------------------------------------

    def parts(self, expr: Expr) -> tuple[Mapping[str, Column], ...]:
        """The counts ``parts`` and ``undetermined`` that this expression carries on, once each."""
        found: dict[str, Mapping[str, Column]] = {}
        for node in expr.walk():
            if isinstance(node, Name) and node.name in self.made and self.made[node.name].parts:
                found[node.name] = {suffix: self.words.col(f"{node.name}__{suffix}") for suffix in PARTS}
            elif isinstance(node, Lookup | Over) and self.joined[formula(node)].parts:
                found[formula(node)] = self.joined[formula(node)].parts
        return tuple(found.values())

    # -- small parts -------------------------------------------------------------------------------

    def _code(self, code: int) -> Column:
        return self.words.lit(code, dtype=nw.Int32())

    def _first(self, causes: Sequence[Column | None]) -> Column | None:
        there = [cause for cause in causes if cause is not None]
        return first_of(there, self.words) if there else None

    def _as_trust(self, trust: int | Column) -> Column:
        return self.words.lit(trust, dtype=nw.Int8()) if isinstance(trust, int) else trust

    def _weakest(self, trusts: Sequence[int | Column]) -> int | Column:
        constant = max((trust for trust in trusts if isinstance(trust, int)), default=0)
        varying = [trust for trust in trusts if not isinstance(trust, int)]
        if not varying or constant == WEAKEST:
            return constant
        if constant == 0 and len(varying) == 1:
            return varying[0]
        return self.words.greatest(*varying, self._as_trust(constant))


def first_of(columns: Iterable[Column], words: Words) -> Column:
    """The first that is not null."""
    given = list(columns)
    return given[0] if len(given) == 1 else words.coalesce(*given)
