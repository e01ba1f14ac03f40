"""What a holder or an auditor asks the log for: proofs as documents that anyone checks without us.

A document is JSON and stands by itself: with the log's public key (which the checker compares with one got elsewhere)
``tanheng verify-log`` needs nothing else.
"""

from __future__ import annotations

import base64
from typing import Any

from django.db import connection

from tanheng.transparency import tiles
from tanheng.transparency.key import log_key, verifier_key
from tanheng.transparency.merkle import Node, consistency_parts, inclusion_parts, leaf_hash, proof_of
from tanheng.transparency.models import Head, Leaf
from tanheng.transparency.sources import name_of, sources

FORMAT = "tanheng-log-proof/1"


class NoProof(Exception):
    """There is nothing to prove, not yet or not at all; the text says why."""


def public_key() -> str:
    """The log's public key as one line; what to publish where the log itself cannot change it."""
    return str(verifier_key(log_key()))


def head(size: int | None = None) -> Head:
    """The head of a size, or the newest.

    Raises
    ------
    NoProof
        When no head of that size was signed.
    """
    found = Head.objects.order_by("-size").first() if size is None else Head.objects.filter(size=size).first()
    if found is None:
        raise NoProof("nothing was sealed yet" if size is None else f"no head of {size} leaves was signed")
    return found


def inclusion(kind: int, ref: int, *, size: int | None = None, with_body: bool = False) -> dict[str, Any]:
    """The document that shows that a row is in the log.

    Parameters
    ----------
    kind, ref
        The row: its kind's number and its id.
    size
        The head to prove it for; the newest if not given.
    with_body
        Put the row's own text into it, for who may see the row; without it the holder adds his copy.

    Raises
    ------
    NoProof
        When the row has no place in the log of that size.
    """
    to = head(size)
    leaf = Leaf.objects.filter(kind=kind, ref=ref).first()
    if leaf is None or leaf.leaf_index >= to.size:
        raise NoProof(f"{name_of(kind)} {ref} is not among the {to.size} leaves of the log; it may wait to be sealed")
    document: dict[str, Any] = {
        "format": FORMAT,
        "proves": "inclusion",
        "kind": kind,
        "ref": ref,
        "leaf_index": leaf.leaf_index,
        "leaf_hash": _text(leaf.hash),
        "hashes": _proof(inclusion_parts(leaf.leaf_index, to.size)),
        "head": to.note,
        "key": public_key(),
    }
    if with_body:
        document["body"] = body(kind, ref)
    return document


def consistency(old: int, new: int | None = None) -> dict[str, Any]:
    """The document that shows that the log of ``new`` leaves begins with that of ``old`` leaves, unchanged.

    Raises
    ------
    NoProof
        When one of them was not signed as a head, or the old one is empty or the larger.
    """
    first, second = head(old), head(new)
    try:
        parts = consistency_parts(first.size, second.size)
    except ValueError as error:
        raise NoProof(str(error)) from error
    return {
        "format": FORMAT,
        "proves": "consistency",
        "hashes": _proof(parts),
        "old_head": first.note,
        "head": second.note,
        "key": public_key(),
    }


def body(kind: int, ref: int) -> str:
    """The canonical text of a row as it is now.

    Raises
    ------
    NoProof
        When there is no such row.
    """
    source = sources().get(kind)
    if source is not None:
        with connection.cursor() as cursor:
            cursor.execute(source.body_sql, [[ref]])
            row = cursor.fetchone()
        if row:
            return str(row[1])
    raise NoProof(f"there is no {name_of(kind)} {ref}")


def is_as_sealed(kind: int, ref: int) -> bool:
    """Whether a row still is what the log holds; False for a row that is not in it."""
    leaf = Leaf.objects.filter(kind=kind, ref=ref).first()
    return leaf is not None and bytes(leaf.hash) == leaf_hash(body(kind, ref).encode())


def _proof(parts: list[list[Node]]) -> list[str]:
    stored = tiles.fetch(node for part in parts for node in part)
    return [_text(hash_) for hash_ in proof_of(parts, stored)]


def _text(hash_: bytes | memoryview) -> str:
    return base64.b64encode(hash_).decode()
