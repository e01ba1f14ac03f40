"""The loop over some rows as text for LLVM: null, halves and errors as SQL has them.

Every node becomes a value, a flag ``null`` where it can be without one, and a flag ``bad`` where it can be out of
range. A flag that cannot be set is None and costs nothing. Under a null stands any value. Constants, bounds of keys
and the arrays are arguments: the same rules with other numbers in them are the same text.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from tanheng.policy.compiled.nodes import Node, is_small
from tanheng.warehouse.arrays import STORED, Array, Kind, Pool, Vector

_TYPE: Mapping[Kind, str] = {
    "f64": "double", "i64": "i64", "i32": "i32", "i8": "i8", "bool": "i1", "text": "i32", "date": "i32", "none": "i32",
}  # fmt: skip
_STORED = {**_TYPE, "bool": "i8"}
_PLAIN = (0.0, 1.0, 1e6)  # constants of the engine itself, which stand in the text
_FUNCTIONS = {
    "floor": "@llvm.floor.f64", "ceil": "@llvm.ceil.f64", "round": "@llvm.round.f64", "sqrt": "@llvm.sqrt.f64",
    "exp": "@exp", "log": "@log",
}  # fmt: skip
_OVERFLOWS = {"add": "sadd", "sub": "ssub", "mul": "smul"}
_OF_DOUBLES = {"add": "fadd", "sub": "fsub", "mul": "fmul", "div": "fdiv"}
_DECLARED = """
declare double @exp(double)
declare double @log(double)
declare double @pow(double, double)
declare double @llvm.floor.f64(double)
declare double @llvm.ceil.f64(double)
declare double @llvm.round.f64(double)
declare double @llvm.rint.f64(double)
declare double @llvm.sqrt.f64(double)
declare double @llvm.fabs.f64(double)
declare { i64, i1 } @llvm.sadd.with.overflow.i64(i64, i64)
declare { i64, i1 } @llvm.ssub.with.overflow.i64(i64, i64)
declare { i64, i1 } @llvm.smul.with.overflow.i64(i64, i64)
"""


class Dimension(NamedTuple):
    """One key of a dense numbering: the code of a row is the sum of ``(key - low) * stride``."""

    low: int
    size: int
    stride: int


@dataclass(frozen=True, eq=False)
class Dense:
    """Rows by their keys: at each code the number of the row, -1 where there is none."""

    dimensions: tuple[Dimension, ...]
    rows: Array


class Total(NamedTuple):
    """What is added up over the rows of a group; of ``rows`` there is no ``node``."""

    op: str
    node: Node | None


class Slot(NamedTuple):
    """Where a total stands in the record of a group, in words of 8 bytes; ``seen`` is the bit that says it is set."""

    word: int
    wide: bool
    seen: int | None


@dataclass(frozen=True)
class Loop:
    """The text of a loop and what it is called with.

    ``arrays`` are its arguments in order. The first three are its own: constants, the record of the call
    (``CALL`` words: errors found, first code of the groups that are added up and the first after them), and the
    records of the groups, ``words`` of 8 bytes each.
    """

    text: str
    arrays: Sequence[Array]
    outputs: Sequence[Vector] = ()
    totals: Sequence[Total] = ()
    slots: Sequence[Slot] = ()
    words: int = 0


CALL = 3
CONSTANTS, RECORD, GROUPS = "%p0", "%p1", "%p2"


class _Value(NamedTuple):
    value: str
    null: str | None = None
    bad: str | None = None


def in_order(nodes: Iterable[Node], is_there: Callable[[Node], bool]) -> list[Node]:
    """The nodes and all below them, each after its parts; what is there already has no parts."""
    found: dict[Node, None] = {}
    waiting: list[tuple[Node, bool]] = [(node, False) for node in nodes]
    while waiting:
        node, is_ready = waiting.pop()
        if node in found:
            continue
        if is_ready or is_there(node):
            found[node] = None
            continue
        waiting.append((node, True))
        waiting += [(part, False) for part in node.parts if part not in found]
    return list(found)


class LoopWriter:
    """Writes one loop. ``vectors`` are nodes that stand in arrays, by row or (gathers) by row of what is looked up."""

    def __init__(
        self, size: int, vectors: Mapping[Node, Vector], looked_up: Mapping[Node, Vector], dense: Mapping[Node, Dense],
        pool: Pool,
    ) -> None:  # fmt: skip
        self._size = size
        self._vectors = vectors
        self._looked_up = looked_up
        self._dense = dense
        self._pool = pool
        self._values: dict[Node, _Value] = {}
        self._found: dict[Node, tuple[str, str]] = {}  # of an index: a row to read from, and whether there is none
        self._head: list[str] = []
        self._body: list[str] = []
        self._count = 0
        self._constants: list[bytes] = []
        self._written: dict[bytes, str] = {}
        self._arrays: list[Array] = [np.zeros(0)] * 3
        self._pointers: dict[int, str] = {}
        self._bad: list[str] = []

    def columns(self, nodes: Sequence[Node]) -> Loop:
        """A loop that writes each node as a column."""
        outputs = []
        self._emit_all(nodes)
        for node in nodes:
            made = self._values[node]
            values = np.empty(self._size, STORED[node.kind])
            nulls = None if made.null is None else np.empty(self._size, np.uint8)
            self._store(made.value, node.kind, values)
            if nulls is not None:
                assert made.null is not None
                self._store(made.null, "bool", nulls)
            if made.bad is not None:
                self._bad.append(made.bad)
            outputs.append(Vector(node.kind, values, nulls))
        return replace(self._loop(self._body), outputs=outputs)

    def groups(self, ids: Node | None, numbering: Sequence[tuple[Node, Dimension]], totals: Sequence[Total]) -> Loop:
        """A loop that adds up by group: by a column of numbers, or by the keys' own dense numbering."""
        if ids is not None:
            self._emit_all([ids])
            code = self._do(f"sext i32 {self._values[ids].value} to i64")
        else:
            self._emit_all([node for node, _ in numbering])
            code = self._code(numbering)
        first, last = self._word(RECORD, 1), self._word(RECORD, 2)
        above, below = self._do(f"icmp sge i64 {code}, {first}"), self._do(f"icmp slt i64 {code}, {last}")
        mine = self._do(f"and i1 {above}, {below}")
        before, self._body = self._body, []
        self._emit_all([total.node for total in totals if total.node is not None])
        slots, words = self._slots(totals)
        at = self._do(f"mul i64 {code}, {words * 8}")
        record = self._do(f"getelementptr i8, ptr {GROUPS}, i64 {at}")
        self._add_up(record, totals, slots)
        inside = self._body
        bad = self._any(self._bad)
        lines = [
            *before, f"br i1 {mine}, label %inside, label %next", "inside:", *inside, "br label %next", "next:",
        ]  # fmt: skip
        self._bad = []
        if bad is not None:
            lines.append(f"%found = phi i1 [ false, %row ], [ {bad}, %inside ]")
            self._bad = ["%found"]
        return replace(self._loop(lines, split=True), totals=totals, slots=slots, words=words)

    # -- the text ------------------------------------------------------------------------------------

    def _loop(self, lines: Sequence[str], *, split: bool = False) -> Loop:
        self._body = list(lines)
        bad = self._any(self._bad)
        end = "%next" if split else "%row"
        errors = [] if bad is None else [f"%errors = phi i1 [ false, %entry ], [ %more_errors, {end} ]"]
        after = [] if bad is None else [f"%more_errors = or i1 %errors, {bad}"]
        told = [] if bad is None else ["%told = zext i1 %more_errors to i64", f"store i64 %told, ptr {RECORD}"]
        pointers = ", ".join(f"ptr noalias %p{n}" for n in range(len(self._arrays)))
        given = [
            line
            for n in range(len(self._arrays))
            for line in (f"%a{n} = getelementptr ptr, ptr %arrays, i64 {n}", f"%g{n} = load ptr, ptr %a{n}")
        ]
        passed = ", ".join(f"ptr %g{n}" for n in range(len(self._arrays)))
        text = "\n".join(
            [
                _DECLARED,
                f"define internal void @body(i64 %begin, i64 %end, {pointers}) noinline {{",
                "entry:", *self._head, "br label %row",
                "row:", f"%i = phi i64 [ %begin, %entry ], [ %following, {end} ]", *errors,
                *self._body, *after,
                "%following = add nuw nsw i64 %i, 1", "%goes_on = icmp slt i64 %following, %end",
                "br i1 %goes_on, label %row, label %done",
                "done:", *told, "ret void", "}",
                "define void @loop(i64 %begin, i64 %end, ptr %arrays) {", *given,
                f"call void @body(i64 %begin, i64 %end, {passed})", "ret void", "}",
            ]
        )  # fmt: skip
        arrays = [np.frombuffer(b"".join(self._constants) or bytes(8), np.int64), *self._arrays[1:]]
        return Loop(text, arrays)

    def _do(self, instruction: str) -> str:
        self._count += 1
        self._body.append(f"%v{self._count} = {instruction}")
        return f"%v{self._count}"

    def _before(self, instruction: str) -> str:
        """What is the same for all rows, before the loop."""
        self._count += 1
        self._head.append(f"%v{self._count} = {instruction}")
        return f"%v{self._count}"

    def _word(self, pointer: str, word: int, type_: str = "i64") -> str:
        place = self._before(f"getelementptr i64, ptr {pointer}, i64 {word}")
        return self._before(f"load {type_}, ptr {place}")

    def _pointer(self, array: Array) -> str:
        if not len(array):
            array = np.zeros(1, array.dtype)
        if id(array) not in self._pointers:
            self._pointers[id(array)] = f"%p{len(self._arrays)}"
            self._arrays.append(array)
        return self._pointers[id(array)]

    def _constant(self, bits: bytes, type_: str) -> str:
        if bits not in self._written:
            self._written[bits] = ""
            self._constants.append(bits)
        key = bits + type_.encode()
        if key not in self._written:
            self._written[key] = self._word(CONSTANTS, self._constants.index(bits), type_)
        return self._written[key]

    def _whole(self, value: int) -> str:
        return str(value) if abs(value) <= 1 else self._constant(struct.pack("=q", value), "i64")

    # -- rows ----------------------------------------------------------------------------------------

    def _load(self, array: Array, kind: Kind, row: str) -> str:
        place = self._do(f"getelementptr inbounds {_STORED[kind]}, ptr {self._pointer(array)}, i64 {row}")
        value = self._do(f"load {_STORED[kind]}, ptr {place}")
        return self._do(f"icmp ne i8 {value}, 0") if kind == "bool" else value

    def _store(self, value: str, kind: Kind, array: Array) -> None:
        if kind == "bool":
            value = self._do(f"zext i1 {value} to i8")
        place = self._do(f"getelementptr inbounds {_STORED[kind]}, ptr {self._pointer(array)}, i64 %i")
        self._body.append(f"store {_STORED[kind]} {value}, ptr {place}")

    def _code(self, numbering: Sequence[tuple[Node, Dimension]], misses: list[str] | None = None) -> str:
        """The code of the row's keys. With ``misses`` a key may be out of its dimension or null, else null is 0."""
        code = "0"
        for node, dimension in numbering:
            key = self._values[node]
            wide = key.value
            if node.kind != "i64":
                grown = "zext" if node.kind == "bool" else "sext"
                wide = self._do(f"{grown} {_TYPE[node.kind]} {key.value} to i64")
            away = self._do(f"sub i64 {wide}, {self._whole(dimension.low)}")
            if misses is not None:
                misses.append(self._do(f"icmp uge i64 {away}, {self._whole(dimension.size)}"))
                misses += [key.null] if key.null is not None else []
            elif key.null is not None:
                away = self._do(f"select i1 {key.null}, i64 0, i64 {away}")
            part = self._do(f"mul i64 {away}, {self._whole(dimension.stride)}")
            code = self._do(f"add i64 {code}, {part}")
        return code

    def _any(self, flags: Collection[str | None]) -> str | None:
        there = list(dict.fromkeys(flag for flag in flags if flag is not None))
        if not there:
            return None
        found = there[0]
        for flag in there[1:]:
            found = self._do(f"or i1 {found}, {flag}")
        return found

    def _both(self, one: str | None, other: str | None) -> str | None:
        if one is None or other is None:
            return None
        return one if one == other else self._do(f"and i1 {one}, {other}")

    def _select(self, condition: str, kind: str, value: str, otherwise: str) -> str:
        return value if value == otherwise else self._do(f"select i1 {condition}, {kind} {value}, {kind} {otherwise}")

    def _chosen_flag(self, condition: str, flag: str | None, otherwise: str | None) -> str | None:
        if flag is None and otherwise is None:
            return None
        return self._select(condition, "i1", flag or "false", otherwise or "false")

    # -- nodes ---------------------------------------------------------------------------------------

    def _emit_all(self, nodes: Iterable[Node]) -> None:
        for node in in_order(nodes, lambda each: each in self._values or each in self._vectors):
            if node not in self._values:
                self._values[node] = self._emit(node)

    def _emit(self, node: Node) -> _Value:
        if node in self._vectors:
            vector = self._vectors[node]
            null = None if vector.nulls is None else self._load(vector.nulls, "bool", "%i")
            return _Value(self._load(vector.values, vector.kind, "%i"), null)
        parts = [self._values[part] for part in node.parts]
        values = [part.value for part in parts]
        bad = self._any([part.bad for part in parts])
        op, kind, type_ = node.op, node.kind, _TYPE[node.kind]
        match op:
            case "lit":
                return _Value(self._literal(node))
            case "null":
                return _Value("0.0" if kind == "f64" else "false" if kind == "bool" else "0", "true")
            case "index":
                return self._index(node)
            case "gather":
                return self._gathered(node)
            case "is_null":
                return _Value(parts[0].null or "false", bad=bad)
            case "choice":
                return self._choice(parts, type_)
            case "coalesce":
                first, second = parts
                if first.null is None:
                    return first
                value = self._select(first.null, type_, second.value, first.value)
                late = self._both(first.null, second.bad)
                return _Value(value, self._both(first.null, second.null), self._any([first.bad, late]))
            case "greatest" | "least" | "greatest_text" | "least_text":
                return self._extreme(node, parts, bad)
            case "and" | "or":
                return self._logic(op, parts, bad)
        null = self._any([part.null for part in parts])
        value, out_of_range = self._worked_out(node, values)
        if out_of_range is not None and null is not None:
            known = self._do(f"xor i1 {null}, true")
            out_of_range = self._do(f"and i1 {out_of_range}, {known}")
        return _Value(value, null, self._any([bad, out_of_range]))

    def _worked_out(self, node: Node, values: Sequence[str]) -> tuple[str, str | None]:
        """The value of an operation that is null where a part is, and whether it is out of range."""
        op, kind, type_ = node.op, node.kind, _TYPE[node.kind]
        match op:
            case "add" | "sub" | "mul" if kind == "i64":
                call = f"@llvm.{_OVERFLOWS[op]}.with.overflow.i64"
                pair = self._do(f"call {{ i64, i1 }} {call}(i64 {values[0]}, i64 {values[1]})")
                value = self._do(f"extractvalue {{ i64, i1 }} {pair}, 0")
                return value, self._do(f"extractvalue {{ i64, i1 }} {pair}, 1")
            case "add" | "sub" | "mul" | "div":
                return self._do(f"{_OF_DOUBLES[op]} double {values[0]}, {values[1]}"), None
            case "pow":
                return self._do(f"call double @pow(double {values[0]}, double {values[1]})"), None
            case "lt" | "eq":
                return self._compared(op, node.parts, values), None
            case "not":
                return self._do(f"xor i1 {values[0]}, true"), None
            case "neg" if kind == "f64":
                return self._do(f"fneg double {values[0]}"), None
            case "neg":
                return self._do(f"sub {type_} 0, {values[0]}"), None
            case "abs" if kind == "f64":
                return self._do(f"call double @llvm.fabs.f64(double {values[0]})"), None
            case "abs":
                negated = self._do(f"sub {type_} 0, {values[0]}")
                is_below = self._do(f"icmp slt {type_} {values[0]}, 0")
                return self._select(is_below, type_, negated, values[0]), None
            case "year" | "month":
                return self._of_date(op, values[0]), None
            case "place":
                row = self._do(f"sext i32 {values[0]} to i64")
                return self._load(self._pool.places, "i32", row), None
            case "cast":
                return self._cast(node.parts[0], kind, values[0])
        return self._do(f"call double {_FUNCTIONS[op]}(double {values[0]})"), None

    def _literal(self, node: Node) -> str:
        said = node.said
        if node.kind == "text":
            return self._constant(struct.pack("=q", self._pool.code(said)), "i32")
        if node.kind == "bool":
            return "true" if said else "false"
        if node.kind == "f64":
            bits = struct.pack("=d", said)
            is_plain = said in _PLAIN and bits != struct.pack("=d", -0.0)
            return f"0x{struct.unpack('=Q', bits)[0]:016X}" if is_plain else self._constant(bits, "double")
        if node.kind == "i8" or abs(said) <= 1:
            return str(said)
        return self._constant(struct.pack("=q", said), _TYPE[node.kind])

    def _index(self, node: Node) -> _Value:
        dense = self._dense[node]
        misses: list[str] = []
        code = self._code(list(zip(node.parts, dense.dimensions, strict=True)), misses)
        missed = self._any(misses)
        assert missed is not None
        code = self._select(missed, "i64", "0", code)
        row = self._load(dense.rows, "i32", code)
        return _Value(self._select(missed, "i32", "-1", row), bad=self._any([self._values[k].bad for k in node.parts]))

    def _gathered(self, node: Node) -> _Value:
        index = node.parts[0]
        if index not in self._found:
            row = self._values[index].value
            none = self._do(f"icmp slt i32 {row}, 0")
            safe = self._select(none, "i32", "0", row)
            self._found[index] = (self._do(f"zext i32 {safe} to i64"), none)
        row, null = self._found[index]
        vector = self._looked_up[node]
        value = self._load(vector.values, vector.kind, row)
        if vector.nulls is not None:
            its_own = self._load(vector.nulls, "bool", row)
            null = self._do(f"or i1 {null}, {its_own}")
        return _Value(value, null, self._values[index].bad)

    def _choice(self, parts: Sequence[_Value], type_: str) -> _Value:
        condition, value, otherwise = parts
        holds = condition.value
        if condition.null is not None:
            known = self._do(f"xor i1 {condition.null}, true")
            holds = self._do(f"and i1 {holds}, {known}")
        chosen = value.value if otherwise.null == "true" else self._select(holds, type_, value.value, otherwise.value)
        bad = self._any([condition.bad, self._chosen_flag(holds, value.bad, otherwise.bad)])
        return _Value(chosen, self._chosen_flag(holds, value.null, otherwise.null), bad)

    def _extreme(self, node: Node, parts: Sequence[_Value], bad: str | None) -> _Value:
        first, second = parts[:2]
        keys = parts[2:] or parts
        of = node.parts[2:] or node.parts
        pair = (0, 1) if node.op.startswith("greatest") else (1, 0)  # the second is taken where first < second, or >
        takes = self._compared("lt", [of[n] for n in pair], [keys[n].value for n in pair])
        if second.null is not None:
            known = self._do(f"xor i1 {second.null}, true")
            takes = self._do(f"and i1 {takes}, {known}")
        if first.null is not None:
            takes = self._do(f"or i1 {takes}, {first.null}")
        value = self._select(takes, _TYPE[node.kind], second.value, first.value)
        return _Value(value, self._both(first.null, second.null), bad)

    def _logic(self, op: str, parts: Sequence[_Value], bad: str | None) -> _Value:
        """Of three values: what one side decides is known whatever the other is."""
        first, second = parts
        value = self._do(f"{op} i1 {first.value}, {second.value}")

        def leaves_open(side: _Value) -> str:
            """Whether this side, where it is known, does not decide."""
            flag = side.value if op == "and" else self._do(f"xor i1 {side.value}, true")
            return flag if side.null is None else self._do(f"or i1 {side.null}, {flag}")

        nulls: list[str] = []
        for own, other in ((first, second), (second, first)):
            if own.null is not None:
                open_ = leaves_open(other)
                nulls.append(self._do(f"and i1 {own.null}, {open_}"))
        return _Value(value, self._any(nulls), bad)

    def _compared(self, op: str, of: Sequence[Node], values: Sequence[str]) -> str:
        first, second = values
        if of[0].kind != "f64":
            how = "eq" if op == "eq" else "ult" if of[0].kind == "bool" else "slt"
            return self._do(f"icmp {how} {_TYPE[of[0].kind]} {first}, {second}")
        # What is no number equals itself and is above all others.
        plain = [node.op == "lit" for node in of]
        if op == "eq":
            equal = self._do(f"fcmp oeq double {first}, {second}")
            if any(plain):
                return equal
            none = [self._do(f"fcmp uno double {value}, {value}") for value in values]
            both = self._do(f"and i1 {none[0]}, {none[1]}")
            return self._do(f"or i1 {equal}, {both}")
        if plain[1]:
            return self._do(f"fcmp olt double {first}, {second}")
        below = self._do(f"fcmp ult double {first}, {second}")
        if plain[0]:
            return below
        is_number = self._do(f"fcmp ord double {first}, {first}")
        return self._do(f"and i1 {below}, {is_number}")

    def _cast(self, part: Node, kind: Kind, value: str) -> tuple[str, str | None]:
        source, target = _TYPE[part.kind], _TYPE[kind]
        if kind == "f64":
            return self._do(f"{'uitofp' if part.kind == 'bool' else 'sitofp'} {source} {value} to double"), None
        if kind == "bool":
            return self._do(f"icmp ne {source} {value}, 0"), None
        if part.kind == "bool":
            return self._do(f"zext i1 {value} to {target}"), None
        if part.kind != "f64":
            widths = ("i8", "i32", "i64")
            grows = widths.index(target) > widths.index(source)
            return self._do(f"{'sext' if grows else 'trunc'} {source} {value} to {target}"), None
        if part.op not in ("round", "floor", "ceil"):
            value = self._do(f"call double @llvm.rint.f64(double {value})")
        least, most = "0xC3E0000000000000", "0x43E0000000000000"  # -2**63 and 2**63
        above = self._do(f"fcmp oge double {value}, {least}")
        below = self._do(f"fcmp olt double {value}, {most}")
        inside = self._do(f"and i1 {above}, {below}")
        safe = self._select(inside, "double", value, "0x0000000000000000")
        whole = self._do(f"fptosi double {safe} to i64")
        if target != "i64":
            whole = self._do(f"trunc i64 {whole} to {target}")
        return whole, self._do(f"xor i1 {inside}, true")

    def _of_date(self, op: str, days: str) -> str:
        """Of days since 1970, by eras of 400 years that begin in March: the leap day is the last of a year then."""

        def do(instruction: str, *values: str) -> str:
            return self._do(f"{instruction} i32 {', '.join(values)}")

        shifted = do("add", days, "719468")
        lowered = do("sub", shifted, "146096")
        is_before = do("icmp slt", shifted, "0")
        era = do("sdiv", self._select(is_before, "i32", lowered, shifted), "146097")
        day = do("sub", shifted, do("mul", era, "146097"))
        leaps = do("sub", do("sub", day, do("sdiv", day, "1460")), do("sdiv", day, "146096"))
        year = do("sdiv", do("add", leaps, do("sdiv", day, "36524")), "365")
        passed = do("sub", do("add", do("mul", year, "365"), do("sdiv", year, "4")), do("sdiv", year, "100"))
        of_year = do("sub", day, passed)
        month = do("sdiv", do("add", do("mul", of_year, "5"), "2"), "153")  # 0 is March
        is_next = do("icmp sge", month, "10")
        if op == "month":
            found = self._select(is_next, "i32", do("sub", month, "9"), do("add", month, "3"))
        else:
            year = do("add", year, do("mul", era, "400"))
            found = self._select(is_next, "i32", do("add", year, "1"), year)
        return self._do(f"sext i32 {found} to i64")

    # -- groups --------------------------------------------------------------------------------------

    def _slots(self, totals: Sequence[Total]) -> tuple[list[Slot], int]:
        """A record begins with the number of rows, then a bit for each total that can be without a part."""
        can_be_empty = [
            total.node is not None and self._values[total.node].null is not None for total in totals
        ]  # fmt: skip
        word = 1 + (sum(can_be_empty) + 63) // 64
        slots, bits = [], 0
        for total, empty in zip(totals, can_be_empty, strict=True):
            if total.node is None:
                slots.append(Slot(0, False, None))
                continue
            wide = total.op == "sum" and not is_small(total.node)
            slots.append(Slot(word, wide, bits if empty else None))
            word += 2 if wide else 1
            bits += empty
        return slots, word

    def _add_up(self, record: str, totals: Sequence[Total], slots: Sequence[Slot]) -> None:
        def place(word: int) -> str:
            return self._do(f"getelementptr i8, ptr {record}, i64 {word * 8}")

        count = self._do(f"load i64, ptr {record}")
        more = self._do(f"add i64 {count}, 1")
        self._body.append(f"store i64 {more}, ptr {record}")
        is_first = self._do(f"icmp eq i64 {count}, 0")
        marks: dict[int, list[str]] = {}
        seen: dict[int, str] = {}
        for total, slot in zip(totals, slots, strict=True):
            if total.node is None:
                continue
            made, kind = self._values[total.node], total.node.kind
            if made.bad is not None:
                self._bad.append(made.bad)
            null, none_yet = made.null, is_first
            if slot.seen is not None:
                assert null is not None
                word, bit = 1 + slot.seen // 64, 1 << (slot.seen % 64)
                if word not in seen:
                    seen[word] = self._do(f"load i64, ptr {place(word)}")
                marks.setdefault(word, []).append(self._select(null, "i64", "0", str(_signed(bit))))
                if total.op != "sum":
                    its_own = self._do(f"and i64 {seen[word]}, {_signed(bit)}")
                    none_yet = self._do(f"icmp eq i64 {its_own}, 0")
            at = place(slot.word)
            type_ = "i128" if slot.wide else "i64" if total.op == "sum" else _STORED[kind]
            old = self._do(f"load {type_}, ptr {at}, align 8")
            if total.op == "sum":
                value = made.value if null is None else self._select(null, "i64", "0", made.value)
                grown = self._do(f"sext i64 {value} to i128") if slot.wide else value
                new = self._do(f"add {type_} {old}, {grown}")
            else:
                value = self._do(f"zext i1 {made.value} to i8") if kind == "bool" else made.value
                as_number: Sequence[Node] = [total.node, total.node]
                pair = (value, old) if total.op == "min" else (old, value)
                if kind == "bool":
                    closer = self._do(f"icmp ult i8 {pair[0]}, {pair[1]}")
                else:
                    closer = self._compared("lt", as_number, pair)
                taken = self._do(f"or i1 {closer}, {none_yet}")
                if null is not None:
                    known = self._do(f"xor i1 {null}, true")
                    taken = self._do(f"and i1 {taken}, {known}")
                new = self._select(taken, type_, value, old)
            self._body.append(f"store {type_} {new}, ptr {at}, align 8")
        for word, flags in marks.items():
            mask = seen[word]
            for flag in flags:
                mask = self._do(f"or i64 {mask}, {flag}")
            self._body.append(f"store i64 {mask}, ptr {place(word)}")


def _signed(bit: int) -> int:
    return bit - (1 << 64) if bit >= 1 << 63 else bit
