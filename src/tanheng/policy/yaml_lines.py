"""YAML read strictly, each value with the line it stands on.

Three traps of YAML are shut: a key written twice (YAML keeps the last, silently) is refused; words
such as ``no``, ``on`` and ``010`` stay what they look like (only ``true`` and ``false`` are truth values, a
number is written as a number); keys are always text, so ``01:`` is ``"01"``. Whatever stands in quotes is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import yaml

from tanheng.problems import Problem

DEEPEST = 100
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where the wheel has it: ten times as fast

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_STANDARD = "tag:yaml.org,2002:"
_TAGS = frozenset(
    _STANDARD + kind for kind in ("str", "int", "float", "bool", "null", "timestamp", "value", "merge", "map", "seq")
)

Value = str | int | float | bool | date | None


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value. ``text`` is what is written, ``quoted`` whether it stands in quotes."""

    value: Value
    text: str
    quoted: bool
    line: int


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list."""

    items: tuple[Node, ...]
    line: int

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)


@dataclass(frozen=True, slots=True)
class MapNode:
    """A map with text keys, in the order of the file; ``lines`` has the line of each key."""

    entries: dict[str, Node]
    lines: dict[str, int] = field(repr=False)
    line: int

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def get(self, key: str) -> Node | None:
        return self.entries.get(key)


Node = Scalar | ListNode | MapNode


def read_yaml(path: Path, shown: str, problems: list[Problem]) -> MapNode | None:
    """The map that the file holds; None, and a problem, when it cannot be read at all.

    ``shown`` is how problems name the file. Faults inside a map (a key twice) are added to ``problems``
    and the rest is still read, so that one pass finds all.

    Codes: ``yaml.E001`` cannot be opened or is not UTF-8, ``E002`` is not YAML, ``E003`` a key twice, ``E004`` a key
    that is no plain text, ``E005`` no map at the top, ``E006`` a construct that is refused (own tags, merge keys, a
    node inside itself, lists in lists beyond ``DEEPEST``).
    """
    text = _text_of(path, shown, problems)
    return None if text is None else parse_yaml(text, shown, problems)


def read_yaml_list(path: Path, shown: str, problems: list[Problem]) -> ListNode | None:
    """As ``read_yaml``, for a file that holds a list. ``yaml.E007``: no list at the top."""
    text = _text_of(path, shown, problems)
    node = None if text is None else _compose(text, shown, problems, "a list")
    if node is None or isinstance(node, ListNode):
        return node
    problems.append(Problem("yaml.E007", shown, node.line, message="is no list", expected="a list"))
    return None


def parse_yaml(text: str, shown: str, problems: list[Problem]) -> MapNode | None:
    """As ``read_yaml``, for a text at hand."""
    node = _compose(text, shown, problems, "a map of keys and values")
    if node is None or isinstance(node, MapNode):
        return node
    problems.append(Problem("yaml.E005", shown, node.line, message="has no keys", expected="a map of keys and values"))
    return None


def _text_of(path: Path, shown: str, problems: list[Problem]) -> str | None:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        problems.append(Problem("yaml.E001", shown, message=f"cannot be opened ({error.strerror})"))
    except UnicodeDecodeError as error:
        problems.append(
            Problem("yaml.E001", shown, message=f"is not UTF-8 (byte {error.start})", hint="Save the file as UTF-8")
        )
    return None


def _compose(text: str, shown: str, problems: list[Problem], expected: str) -> Node | None:
    try:
        line = _line_too_deep(text)
        if line is not None:
            problems.append(Problem("yaml.E006", shown, line, message=f"is nested more than {DEEPEST} deep"))
            return None
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be parsed"
        where = None if mark is None else mark.line + 1
        problems.append(Problem("yaml.E002", shown, where, message=f"is not YAML: {said}"))
        return None
    if root is None:
        problems.append(Problem("yaml.E005", shown, message="is empty", expected=expected))
        return None
    return _Reader(shown, problems).read(root)


def _line_too_deep(text: str) -> int | None:
    """Where a text is nested too deeply. Composing goes down a call a level and would end the process there."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                mark: yaml.Mark = event.start_mark  # type: ignore[assignment]  # an event that was read has one
                return mark.line + 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


class _Reader:
    def __init__(self, shown: str, problems: list[Problem]) -> None:
        self._shown = shown
        self._problems = problems
        self._open: list[int] = []  # nodes on the way down, to catch one that contains itself
        self._done: dict[int, Node] = {}  # an anchored node is read once, however often it is named

    def read(self, node: yaml.Node) -> Node:
        line = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, line)
        if id(node) in self._open:
            self._refuse(line, "contains itself")
            return Scalar(None, "", False, line)
        if id(node) in self._done:
            return self._done[id(node)]
        if node.tag not in _TAGS:
            self._refuse(line, f"has the tag {node.tag}")
        self._open.append(id(node))
        read: Node
        if isinstance(node, yaml.SequenceNode):
            read = ListNode(tuple(self.read(item) for item in node.value), line)
        else:
            read = self._mapping(node.value, line)
        self._open.pop()
        self._done[id(node)] = read
        return read

    def _scalar(self, node: yaml.ScalarNode, line: int) -> Scalar:
        quoted = bool(node.style)  # None or empty for a plain scalar, by parser
        text: str = node.value
        if node.tag not in _TAGS:
            self._refuse(line, f"has the tag {node.tag}")
        return Scalar(text if quoted else _plain(text), text, quoted, line)

    def _mapping(self, pairs: Sequence[tuple[yaml.Node, yaml.Node]], line: int) -> MapNode:
        entries: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in pairs:
            key_line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self._problems.append(
                    Problem("yaml.E004", self._shown, key_line, message="has a key that is not a text")
                )
                continue
            key = key_node.value
            if key == "<<" and not key_node.style:
                self._refuse(key_line, "uses a merge key (<<)")
                continue
            if key in entries:
                self._problems.append(
                    Problem(
                        "yaml.E003",
                        self._shown,
                        key_line,
                        key,
                        message=f"stands twice; first on line {lines[key]}",
                        hint="Delete one of the two",
                    )
                )
                continue
            entries[key] = self.read(value_node)
            lines[key] = key_line
        return MapNode(entries, lines, line)

    def _refuse(self, line: int, what: str) -> None:
        self._problems.append(
            Problem("yaml.E006", self._shown, line, message=f"{what}; this is not allowed here", hint="Write it out")
        )


def _plain(text: str) -> Value:
    if text in ("true", "false"):
        return text == "true"
    if text in ("", "null", "~"):
        return None
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text
