"""The whole log as one file of JSON lines, written as it is read: ten million entries need no memory.

    {"format": "tanheng-log/1", "key": "tanheng-…+…+…", "kinds": {"1": "audit entry", …}, "size": 20852163}
    {"leaf": 0, "kind": 1, "ref": 1, "hash": "…", "body": "{\\"action\\":…}"}
    …
    {"head": 1000, "note": "…"}                     right after the last leaf that it covers
    …
    {"end": true, "leaves": 20852163, "heads": 311}

``hash`` is base64 of what was sealed, ``body`` the row as it is now; the public export leaves bodies out, since a body
tells of its parties. The end is written last, so that a file cut short is seen to be one.
"""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Iterator

from django.db import connection

from tanheng.transparency.models import Head
from tanheng.transparency.proofs import head as head_of
from tanheng.transparency.proofs import public_key
from tanheng.transparency.sources import in_order, sources

FORMAT = "tanheng-log/1"
BATCH = 2000


def lines(*, bodies: bool, size: int | None = None) -> Iterator[str]:
    """The file, line by line, each with its newline; up to the head of ``size``, the newest if not given.

    Raises
    ------
    NoProof
        When no such head was signed.
    """
    to = head_of(size).size
    kinds = {str(source.kind): source.name for source in in_order()}
    yield _line({"format": FORMAT, "key": public_key(), "kinds": kinds, "size": to})
    heads = Head.objects.filter(size__lte=to).order_by("size").values_list("size", "note").iterator(BATCH)
    head = next(heads, None)
    count = 0
    for index, kind, ref, hash_, body in _leaves(to, bodies=bodies):
        leaf = {"leaf": index, "kind": kind, "ref": ref, "hash": base64.b64encode(hash_).decode()}
        if bodies:
            leaf["body"] = body
        yield _line(leaf)
        while head is not None and head[0] == index + 1:
            yield _line({"head": head[0], "note": head[1]})
            head, count = next(heads, None), count + 1
    yield _line({"end": True, "leaves": to, "heads": count})


def _leaves(to: int, *, bodies: bool) -> Iterator[tuple[int, int, int, bytes, str | None]]:
    for first in range(0, to, BATCH):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT leaf_index, kind, ref, hash FROM transparency_leaf "
                "WHERE leaf_index >= %s AND leaf_index < %s ORDER BY leaf_index",
                [first, min(first + BATCH, to)],
            )
            rows = cursor.fetchall()
        texts = _bodies([(kind, ref) for _index, kind, ref, _hash in rows]) if bodies else {}
        for index, kind, ref, hash_ in rows:
            yield index, kind, ref, bytes(hash_), texts.get((kind, ref))


def _bodies(rows: list[tuple[int, int]]) -> dict[tuple[int, int], str]:
    refs: dict[int, list[int]] = defaultdict(list)
    for kind, ref in rows:
        refs[kind].append(ref)
    found = {}
    for kind in refs.keys() & sources().keys():
        with connection.cursor() as cursor:
            cursor.execute(sources()[kind].body_sql, [refs[kind]])
            found.update({(kind, ref): body for ref, body in cursor.fetchall()})
    return found


def _line(document: dict[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"
