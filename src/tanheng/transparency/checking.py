"""Is the log what the books say, and the books what the log says? Every difference is found and named.

    rows of the books ──hash──> leaves ──hash──> nodes ──> roots ──> signatures

Each arrow is followed again from what is stored at its beginning; nothing is believed because it is stored at its end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from tanheng.transparency import tiles
from tanheng.transparency.key import log_key, verifier_key
from tanheng.transparency.merkle import Growing, Node, parents
from tanheng.transparency.models import Head
from tanheng.transparency.notes import NoteRefused, VerifierKey, read_checkpoint
from tanheng.transparency.sealing import body_hashes
from tanheng.transparency.sources import in_order, name_of, sources

BATCH = 10_000
Row = tuple[int, int, int, bytes]


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was signed: ``what`` is a sentence, the rest says where, as far as it applies."""

    code: str
    what: str
    kind: int | None = None
    ref: int | None = None
    leaf_index: int | None = None

    def __str__(self) -> str:
        return f"{self.what} [{self.code}]"


def check(*, most: int = 1000) -> list[Difference]:
    """Compare the books with the log and the log with its signatures, in one snapshot of the database.

    Parameters
    ----------
    most
        Stop after so many differences.

    Returns
    -------
    list of Difference
        Empty where all is as it was signed. Rows that wait to be sealed are no difference.
    """
    found: list[Difference] = []
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for difference in _differences():
            found.append(difference)
            if len(found) >= most:
                break
    return found


def _differences() -> Iterator[Difference]:
    yield from _log()
    for source in in_order():
        if source.ids_sql:
            yield from _unlogged(source.kind, source.ids_sql)


def _log() -> Iterator[Difference]:
    """The log against the books below it and the heads above it, leaf by leaf."""
    key = verifier_key(log_key())
    heads = Head.objects.order_by("size").iterator(BATCH)
    head = next(heads, None)
    tree, inner, last_signed = Growing(), _Inner(), 0
    while rows := _leaves(tree.size):
        yield from _rewritten(rows)
        for index, _kind, _ref, hash_ in rows:
            if index != tree.size:
                yield Difference("transparency.E003", f"leaf {tree.size} is missing", leaf_index=tree.size)
                return
            tree.add(hash_)
            inner.add(hash_)
            if head is not None and head.size == tree.size:
                yield from _missigned(head, tree.root(), key)
                head, last_signed = next(heads, None), tree.size
        yield from inner.differences()
    while head is not None:
        yield Difference("transparency.E004", f"a head of {head.size} leaves was signed; the log has {tree.size}")
        head, last_signed = next(heads, None), tree.size
    if last_signed != tree.size:
        yield Difference("transparency.E005", f"no head was signed over leaves {last_signed} to {tree.size - 1}")
    yield from _superfluous(tree.size)


def _leaves(first: int) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT leaf_index, kind, ref, hash FROM transparency_leaf WHERE leaf_index >= %s "
            "ORDER BY leaf_index LIMIT %s",
            [first, BATCH],
        )
        return [(index, kind, ref, bytes(hash_)) for index, kind, ref, hash_ in cursor.fetchall()]


def _rewritten(rows: list[Row]) -> Iterator[Difference]:
    now = dict(body_hashes({(kind, ref) for _index, kind, ref, _hash in rows}))
    for index, kind, ref, hash_ in rows:
        what = f"{name_of(kind)} {ref}, leaf {index},"
        if kind not in sources():
            yield Difference("transparency.E006", f"{what} is of a kind that no installed app knows", kind, ref, index)
        elif (kind, ref) not in now:
            yield Difference("transparency.E001", f"{what} is in the log and no longer in the books", kind, ref, index)
        elif now[kind, ref] != hash_:
            yield Difference("transparency.E002", f"{what} is not what was sealed: it was rewritten", kind, ref, index)


def _missigned(head: Head, root: bytes, key: VerifierKey) -> Iterator[Difference]:
    try:
        signed = read_checkpoint(head.note, key)
    except NoteRefused as error:
        yield Difference("transparency.E007", f"the head of {head.size} leaves cannot be believed: {error}")
        return
    if signed.size != head.size or signed.root != bytes(head.root):
        yield Difference("transparency.E007", f"the head of {head.size} leaves is not the one that was signed")
    if signed.root != root:
        yield Difference("transparency.E008", f"the first {head.size} leaves are not those that were signed")


class _Inner:
    """The stored nodes, worked out again from the leaves as these come."""

    def __init__(self) -> None:
        self._open: dict[int, list[bytes]] = defaultdict(list)
        self._count: dict[int, int] = defaultdict(int)
        self._new: dict[Node, bytes] = {}

    def add(self, hash_: bytes) -> None:
        level = 0
        self._open[0].append(hash_)
        while len(self._open[level]) == 1 << tiles.STEP:
            hash_ = parents(self._open.pop(level), tiles.STEP)[0]
            level += tiles.STEP
            self._new[Node(level, self._count[level])] = hash_
            self._count[level] += 1
            self._open[level].append(hash_)

    def differences(self) -> Iterator[Difference]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT level, node_index, hash "
                "FROM unnest(%s::smallint[], %s::bigint[]) AS wanted (level, node_index) "
                "JOIN transparency_node USING (level, node_index)",
                [[node.level for node in self._new], [node.place for node in self._new]],
            )
            stored = {Node(level, place): bytes(hash_) for level, place, hash_ in cursor.fetchall()}
        for node, hash_ in self._new.items():
            if stored.get(node) != hash_:
                yield Difference(
                    "transparency.E009", f"node {node.place} of level {node.level} is not the hash of its leaves"
                )
        self._new.clear()


def _superfluous(size: int) -> Iterator[Difference]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT level, node_index FROM transparency_node WHERE node_index >= %s >> level ORDER BY 1, 2 LIMIT 1",
            [size],
        )
        for level, place in cursor.fetchall():
            yield Difference("transparency.E009", f"node {place} of level {level} is beyond the end of the log")


def _unlogged(kind: int, ids_sql: str) -> Iterator[Difference]:
    """Rows that are neither in the log nor waiting: somebody went round the trigger, or emptied the list."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ref FROM ({ids_sql}) AS known (ref) "
            "WHERE NOT EXISTS (SELECT FROM transparency_leaf AS leaf WHERE leaf.kind = %s AND leaf.ref = known.ref) "
            "AND NOT EXISTS (SELECT FROM transparency_pending AS wait WHERE wait.kind = %s AND wait.ref = known.ref) "
            "ORDER BY ref",
            [0, kind, kind],
        )
        for (ref,) in cursor.fetchall():
            yield Difference(
                "transparency.E010",
                f"{name_of(kind)} {ref} is in the books, not in the log, and does not wait",
                kind,
                ref,
            )
