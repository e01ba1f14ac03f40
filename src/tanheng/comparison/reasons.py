"""Two explanations of one result as one tree: each figure before and after, and where they part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tanheng.policy.explanation import Explanation
from tanheng.text import Text

_SAME = {"seen": "rule"}  # what was explained above on one side may not have been on the other


@dataclass(frozen=True)
class Reason:
    """A figure of an explanation on both sides; None on a side that does not have it. ``is_part``: of a total."""

    before: Explanation | None
    after: Explanation | None
    children: tuple[Reason, ...]
    is_part: bool = False

    @property
    def name(self) -> str:
        """What the figure is called; the parts of a total have one name, so each says whose it is."""
        return f"{self.one.name} ({self.one.subject})" if self.is_part else self.one.name

    @property
    def one(self) -> Explanation:
        """The figure on a side that has it."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def differs(self) -> bool:
        """Whether value, reason or trust is another."""
        if self.before is None or self.after is None:
            return True
        sides = (self.before, self.after)
        said = [(type(side.value), side.value, side.cause, side.trust) for side in sides]
        return said[0] != said[1]

    @property
    def parts_somewhere(self) -> bool:
        """Whether anything in this branch differs."""
        return self.differs or any(child.parts_somewhere for child in self.children)

    @property
    def sources(self) -> tuple[Text, Text]:
        """What stands behind the figure on either side: its formula, or its source."""
        before, after = (Text("", "") if side is None else _remark(side) for side in (self.before, self.after))
        return before, after

    def walk(
        self, depth: int = 0, *, opened: Callable[[Reason], bool] = lambda reason: True
    ) -> Iterator[tuple[int, Reason]]:
        """Every figure with its depth, top first; what stands behind it only where it is ``opened``."""
        yield depth, self
        for child in self.children if opened(self) else ():
            yield from child.walk(depth + 1, opened=opened)


def side_by_side(before: Explanation | None, after: Explanation | None, *, is_part: bool = False) -> Reason:
    """One tree of two explanations of the same result."""
    of_total = "total" in {each.kind for each in (before, after) if each is not None}
    children = _pairs(
        () if before is None else before.children, () if after is None else after.children, of_total=of_total
    )
    return Reason(before, after, tuple(side_by_side(*pair, is_part=of_total) for pair in children), is_part)


Pair = tuple[Explanation | None, Explanation | None]


def _pairs(before: Sequence[Explanation], after: Sequence[Explanation], *, of_total: bool) -> Sequence[Pair]:
    """Children that are the same figure, in the order of the one side, then what only the other has.

    A parameter that is taken at another category is still that parameter. Of the parts of a total, of which only the
    weightiest are shown, those that both sides show.
    """
    waiting = list(after)
    pairs: list[Pair] = []
    for child in before:
        match = next((other for other in waiting if _is(child) == _is(other)), None)
        if match is None and child.kind == "parameter":
            match = next(
                (other for other in waiting if (other.kind, other.subject) == ("parameter", child.subject)), None
            )
        if match is not None:
            waiting.remove(match)
        pairs.append((child, match))
    pairs += [(None, other) for other in waiting]
    shared = [pair for pair in pairs if None not in pair]
    return shared if of_total and shared else pairs


def _is(node: Explanation) -> tuple[str, str, str]:
    return _SAME.get(node.kind, node.kind), node.subject, node.name


def _remark(node: Explanation) -> Text:
    return Text(node.remark("en"), node.remark("zh"))
