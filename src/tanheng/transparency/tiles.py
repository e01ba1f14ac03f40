"""How the tree is kept: leaves, and the roots of whole subtrees at every fourth level.

A proof among ten million leaves needs about a hundred rows by their keys, all in one query. Most inner nodes are
never stored: they are hashed again from at most eight rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from django.db import connection

from tanheng.transparency.merkle import Node, parents

STEP = 4
# Each row by its whole key: for ranges the planner would rather read the table than trust what it cannot estimate.
_FETCH = """
SELECT 0, leaf_index, hash FROM unnest(%s::bigint[]) AS wanted (leaf_index) JOIN transparency_leaf USING (leaf_index)
UNION ALL
SELECT level, node_index, hash
FROM unnest(%s::smallint[], %s::bigint[]) AS wanted (level, node_index)
JOIN transparency_node USING (level, node_index)
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
    wanted = sorted({below for node in nodes for below in _base(node)})
    if not wanted:
        return Stored({})
    leaves = [node.place for node in wanted if not node.level]
    inner = [node for node in wanted if node.level]
    with connection.cursor() as cursor:
        cursor.execute(_FETCH, [leaves, [node.level for node in inner], [node.place for node in inner]])
        return Stored({Node(level, place): bytes(hash_) for level, place, hash_ in cursor.fetchall()})


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
