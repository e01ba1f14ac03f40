"""Reading the entries of a rulebook's YAML: known keys only, each fault with its line.

``Entry`` wraps a map and hands out its values by kind; whatever is wrong becomes a problem, and the caller
gets None and goes on, so that one pass finds every fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches

from tanheng.policy.parameters import STATUS_WORDS, Source, Status
from tanheng.policy.yaml_lines import ListNode, MapNode, Node, Scalar
from tanheng.problems import Problem
from tanheng.text import Text

_SOURCE_KEYS = ("id", "document", "clause", "read", "address", "note")


def near(word: str, known: Iterable[str]) -> str:
    """A hint that names what was probably meant, or everything that is known if that is short."""
    names = sorted(known)
    found = get_close_matches(word, names, n=3, cutoff=0.6)
    if found:
        return f"Did you mean {' or '.join(found)}?"
    return f"Known are {', '.join(names)}" if len(names) <= 12 else ""


class Faults:
    """Collects problems of one file under the codes of the rulebook."""

    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems

    def add(
        self,
        code: str,
        line: int,
        key: str = "",
        value: str | None = None,
        *,
        message: str = "",
        expected: str = "",
        hint: str = "",
    ) -> None:
        said = Problem(f"rulebook.{code}", self.file, line, key or None, value, message, expected, hint)
        self.problems.append(said)


def written(node: Node) -> str:
    """What stands there, shortly, for a message."""
    if isinstance(node, Scalar):
        return f'"{node.text}"' if node.quoted else node.text or "empty"
    return "a list" if isinstance(node, ListNode) else "a map"


class Entry:
    """A map of the rulebook, ``name`` being how messages call it and ``at_line`` where its key stands.

    Codes: ``rulebook.E002`` unknown key, ``E003`` missing key, ``E004`` a value of the wrong kind.
    """

    def __init__(
        self, name: str, node: MapNode, known: Iterable[str], faults: Faults, *, at_line: int | None = None
    ) -> None:
        self.name = name
        self.node = node
        self._line = node.line if at_line is None else at_line
        self._faults = faults
        known = tuple(known)
        for key, line in node.lines.items():
            if key not in known:
                faults.add("E002", line, name, message=f"has an unknown key {key}", hint=near(key, known))

    def has(self, key: str) -> bool:
        return key in self.node

    def line(self, key: str) -> int:
        return self.node.lines.get(key, self._line)

    def missing(self, key: str, expected: str = "") -> None:
        self._faults.add("E003", self._line, self.name, message=f"has no {key}", expected=expected)

    def wrong(self, key: str, expected: str, hint: str = "") -> None:
        node = self.node.get(key)
        shown = None if node is None else written(node)
        self._faults.add("E004", self.line(key), f"{self.name}: {key}", shown, expected=expected, hint=hint)

    def text(self, key: str, *, required: bool = False) -> str | None:
        """A text that is not empty; null counts as not given."""
        node = self._given(key, required)
        if node is None:
            return None
        if not isinstance(node, Scalar) or not node.text.strip():
            self.wrong(key, "a text")
            return None
        return node.text

    def choice(self, key: str, words: Iterable[str], *, required: bool = False) -> str | None:
        words = tuple(words)
        said = self.text(key, required=required)
        if said is not None and said not in words:
            self.wrong(key, f"one of {', '.join(words)}", near(said, words) if len(words) > 5 else "")
            return None
        return said

    def integer(self, key: str, *, required: bool = False) -> int | None:
        node = self._given(key, required)
        if node is None:
            return None
        if not isinstance(node, Scalar) or not isinstance(node.value, int) or isinstance(node.value, bool):
            self.wrong(key, "a whole number")
            return None
        return node.value

    def truth(self, key: str) -> bool:
        """True or false; not given is false."""
        node = self._given(key, False)
        if node is None:
            return False
        if not isinstance(node, Scalar) or not isinstance(node.value, bool):
            self.wrong(key, "true or false")
            return False
        return node.value

    def day(self, key: str) -> date | None:
        node = self._given(key, False)
        if node is None:
            return None
        if not isinstance(node, Scalar) or not isinstance(node.value, date):
            self.wrong(key, "a date such as 2024-07-01")
            return None
        return node.value

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts, each once; nothing given is the empty list."""
        node = self._given(key, False)
        if node is None:
            return ()
        items = node.items if isinstance(node, ListNode) else ()
        said = tuple(item.text for item in items if isinstance(item, Scalar) and item.text)
        if not isinstance(node, ListNode) or len(said) != len(items) or len(set(said)) != len(said):
            self.wrong(key, "a list of different names, e.g. [sector, fuel]")
            return ()
        return said

    def both_languages(self, key: str, *, required: bool = True) -> Text | None:
        node = self._given(key, required)
        if node is None:
            return None
        if not isinstance(node, MapNode):
            self.wrong(key, "a map {en: ..., zh: ...}")
            return None
        inner = Entry(f"{self.name}: {key}", node, ("en", "zh"), self._faults)
        en, zh = inner.text("en", required=True), inner.text("zh", required=True)
        return None if en is None or zh is None else Text(en, zh)

    def status(self, key: str = "status") -> Status | None:
        said = self.choice(key, STATUS_WORDS)
        return None if said is None else STATUS_WORDS[said]

    def source(self, documents: Mapping[str, Source], key: str = "source") -> Source | None:
        """``source: ID`` of a document of the rulebook, ``{id: ID, clause: ...}``, or ``{document: ..., ...}``."""
        node = self._given(key, False)
        if node is None:
            return None
        if isinstance(node, Scalar):
            return self._document(node.text, node.line, documents)
        if not isinstance(node, MapNode):
            self.wrong(key, "the id of a document, or a map")
            return None
        inner = Entry(f"{self.name}: {key}", node, _SOURCE_KEYS, self._faults)
        base: Source | None
        if inner.has("id"):
            said = inner.text("id", required=True)
            if inner.has("document"):
                inner.wrong("document", "left out where an id is given")
            base = None if said is None else self._document(said, inner.line("id"), documents)
        else:
            document = inner.text("document", required=True)
            base = None if document is None else Source(document)
        if base is None:
            return None
        return Source(
            base.document,
            inner.text("clause") or base.clause,
            inner.text("read") or base.read,
            inner.text("address") or base.address,
            inner.text("note") or base.note,
        )

    def _document(self, name: str, line: int, documents: Mapping[str, Source]) -> Source | None:
        found = documents.get(name)
        if found is None:
            self._faults.add(
                "E009",
                line,
                self.name,
                name,
                message="is no document of this rulebook",
                expected="an id of documents.yaml, or {document: ...}",
                hint=near(name, documents),
            )
        return found

    def _given(self, key: str, required: bool) -> Node | None:
        node = self.node.get(key)
        if node is None or (isinstance(node, Scalar) and node.value is None):
            if required:
                self.missing(key)
            return None
        return node
