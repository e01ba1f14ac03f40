"""How the tree is kept: leaves, and the roots of whole subtrees at every fourth level.

A proof among ten million leaves needs a dozen short ranges of rows, all in one query, and fifteen of sixteen inner
nodes are never stored: they are hashed again from at most eight rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from django.db import connection

from tanheng.transparency.merkle import Node, parents

STEP = 4
_FETCH = """
SELECT 0, leaf_index, hash FROM unnest(%s::bigint[], %s::bigint[]) AS wanted (first, last)
JOIN transparency_leaf ON leaf_index BETWEEN first AND last
UNION ALL
SELECT node.level, node_index, hash
FROM unnest(%s::smallint[], %s::bigint[], %s::bigint[]) AS wanted (level, first, last)
JOIN transparency_node AS node ON node.level = wanted.level AND node_index BETWEEN first AND last
"""


class Broken(Exception):
    """The stored tree lacks a node or contradicts a signed head: somebody has been at the tables."""


class Stored:
    """Whole subtrees that were fetched, by name."""

    def __init__(self, rows: Mapping[Node, bytes]) -> None:
        self._rows = dict(rows)

    def __call__(self, node: Node) -> bytes:
        """The hash of a whole subtree.

        Raises
        ------
        Broken
            When a row is missing.
        """
        base = _base(node)
        return parents([self._row(below) for below in base], node.level % STEP)[0]

    def _row(self, node: Node) -> bytes:
        try:
            return self._rows[node]
        except KeyError:
            raise Broken(f"the log lacks node {node.place} of level {node.level}") from None


def fetch(nodes: Iterable[Node]) -> Stored:
    """What is needed of the store for some whole subtrees; one query."""
    leaves: set[tuple[int, int]] = set()
    inner: set[tuple[int, int, int]] = set()
    for node in nodes:
        base = _base(node)
        if base[0].level:
            inner.add((base[0].level, base[0].place, base[-1].place))
        else:
            leaves.add((base[0].place, base[-1].place))
    if not leaves and not inner:
        return Stored({})
    lists: list[list[int]] = [[], []] if not leaves else [list(column) for column in zip(*sorted(leaves), strict=True)]
    lists += [[], [], []] if not inner else [list(column) for column in zip(*sorted(inner), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_FETCH, lists)
        return Stored({Node(level, index): bytes(hash_) for level, index, hash_ in cursor.fetchall()})


def size() -> int:
    """How many leaves there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(leaf_index) + 1, 0) FROM transparency_leaf")
        return cast(int, cursor.fetchone()[0])


def edge(size: int) -> list[Node]:
    """The stored rows at the right edge of a tree that have no parent in the store yet: what new leaves grow onto."""
    nodes, level = [], 0
    while size >> level:
        whole = size >> level
        nodes += [Node(level, index) for index in range(whole >> STEP << STEP, whole)]
        level += STEP
    return nodes


def grown(size: int, edge_rows: Mapping[Node, bytes], leaves: list[bytes]) -> dict[Node, bytes]:
    """The rows that new leaves add: themselves and every stored node that they complete.

    Parameters
    ----------
    size
        How many leaves there are already.
    edge_rows
        The rows of ``edge(size)``.
    leaves
        The hashes of the new ones.
    """
    added: dict[Node, bytes] = {}
    first, row, level = size, leaves, 0
    while row:
        added.update({Node(level, first + place): hash_ for place, hash_ in enumerate(row)})
        begin = first >> STEP << STEP
        full = [edge_rows[Node(level, index)] for index in range(begin, first)] + row
        row = parents(full[: len(full) >> STEP << STEP], STEP)
        first, level = begin >> STEP, level + STEP
    return added


def _base(node: Node) -> list[Node]:
    """The stored rows under a whole subtree."""
    down = node.level % STEP
    return [Node(node.level - down, (node.place << down) + place) for place in range(1 << down)]
