"""Sealing: rows that wait get their place in the log, the tree grows, a head is signed. All in one transaction.

One sealer works at a time (an advisory lock of the transaction); one that is killed leaves nothing behind and loses
nothing. A row whose transaction commits late is taken by the next round: the order of the log is the order of sealing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from django.db import connection, transaction

from tanheng.transparency import tiles
from tanheng.transparency.key import log_key, verifier_key
from tanheng.transparency.merkle import Node, folded, nodes_of
from tanheng.transparency.models import Head
from tanheng.transparency.notes import Checkpoint, NoteRefused, read_checkpoint, sign
from tanheng.transparency.sources import sources

BATCH = 5000
_LOCK = 0x7461_6E6C_6F67  # "tanlog"


@dataclass(frozen=True)
class Sealed:
    """What a round did: leaves added, the size afterwards, and the rows (kind, ref) that could not be read."""

    added: int
    size: int
    stuck: tuple[tuple[int, int], ...] = ()


def seal(*, batch: int = BATCH) -> Sealed:
    """Seal everything that waits now; each batch is a transaction with a head of its own.

    A row that waits and cannot be found, or whose kind no installed app knows, stays where it is and is named.

    Raises
    ------
    Broken
        When the stored tree is not the one that was signed last: nothing is added to a log that was tampered with.
    """
    added, after = 0, 0
    stuck: list[tuple[int, int]] = []
    # What comes meanwhile is the next round's: a round ends, however fast others write.
    until = _last_waiting()
    while after < until:
        done = _seal_batch(after, until, batch)
        added, after = added + done.added, done.last
        stuck += done.stuck
    return Sealed(added, tiles.size(), tuple(stuck))


@dataclass(frozen=True)
class _Batch:
    added: int
    last: int
    stuck: list[tuple[int, int]]


def _last_waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM transparency_pending")
        return cast(int, cursor.fetchone()[0])


def _seal_batch(after: int, until: int, batch: int) -> _Batch:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(
            "SELECT id, kind, ref FROM transparency_pending WHERE id > %s AND id <= %s ORDER BY id LIMIT %s",
            [after, until, batch],
        )
        waiting = [(id_, (kind, ref)) for id_, kind, ref in cursor.fetchall()]
        if not waiting:
            return _Batch(0, until, [])
        hashes = dict(body_hashes({row for _id, row in waiting}))
        rows = _new([row for _id, row in waiting if row in hashes])
        stuck = [row for _id, row in waiting if row not in hashes]
        if rows:
            _grow(rows, [hashes[row] for row in rows])
        done = [id_ for id_, row in waiting if row in hashes]
        cursor.execute("DELETE FROM transparency_pending WHERE id = ANY(%s)", [done])
        return _Batch(len(rows), waiting[-1][0], stuck)


def body_hashes(rows: set[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], bytes]]:
    """The leaf hash of rows as they are now, hashed by the database; rows that are not there are left out."""
    by_kind: dict[int, list[int]] = defaultdict(list)
    for kind, ref in rows:
        by_kind[kind].append(ref)
    for kind, refs in by_kind.items():
        source = sources().get(kind)
        if source is None:
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT ref, sha256('\\x00'::bytea || convert_to(body, 'UTF8')) "
                f"FROM ({source.body_sql}) AS rows_of_kind (ref, body)",
                [refs],
            )
            for ref, hash_ in cursor.fetchall():
                yield (kind, ref), bytes(hash_)


def _new(rows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Rows that have no leaf yet, each once, in order: an app that tells of a row twice does no harm."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, ref FROM unnest(%s::smallint[], %s::bigint[]) AS waiting (kind, ref) "
            "JOIN transparency_leaf USING (kind, ref)",
            [[kind for kind, _ref in rows], [ref for _kind, ref in rows]],
        )
        known = set(cursor.fetchall())
    return [row for row in dict.fromkeys(rows) if row not in known]


def _grow(rows: list[tuple[int, int]], hashes: list[bytes]) -> None:
    size = tiles.size()
    edge = tiles.edge(size)
    stored = tiles.fetch(edge)
    private = log_key()
    key = verifier_key(private)
    head = Head.objects.order_by("-size").first()
    old_root = folded([stored(node) for node in nodes_of(0, size)])
    if (head.size if head else 0) != size or (head is not None and bytes(head.root) != old_root):
        raise tiles.Broken(
            f"the tree of {size} leaves is not the one that was signed last; tanheng check-log says more"
        )
    if head is not None:
        try:
            read_checkpoint(head.note, key)
        except NoteRefused as error:
            raise tiles.Broken(f"the last head was signed with another key ({error}); bring back its file") from error
    rows_below = {node: stored(node) for node in edge}
    added = tiles.grown(size, rows_below, hashes)
    _insert(size, rows, hashes, {node: hash_ for node, hash_ in added.items() if node.level})
    every = tiles.Stored({**rows_below, **added})
    root = folded([every(node) for node in nodes_of(0, size + len(hashes))])
    note = sign(Checkpoint(key.name, size + len(hashes), root), private)
    Head.objects.create(size=size + len(hashes), root=root, note=note)


def _insert(size: int, rows: list[tuple[int, int]], hashes: list[bytes], nodes: dict[Node, bytes]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO transparency_leaf (leaf_index, kind, ref, hash) "
            "SELECT %s + place - 1, kind, ref, hash FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[]) "
            "WITH ORDINALITY AS added (kind, ref, hash, place)",
            [size, [kind for kind, _ref in rows], [ref for _kind, ref in rows], hashes],
        )
        cursor.execute(
            "INSERT INTO transparency_node (level, node_index, hash) "
            "SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[])",
            [[node.level for node in nodes], [node.place for node in nodes], list(nodes.values())],
        )
