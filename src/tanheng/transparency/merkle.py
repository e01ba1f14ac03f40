"""The tree of RFC 6962, section 2.1: hashes, roots, inclusion and consistency proofs. Bytes in, bytes out.

A tree of n leaves splits at the largest power of two below n. Whatever a proof or a root needs is therefore a hash over
**whole subtrees** (2**level leaves, aligned), folded from the right; ``Node`` names them, and whoever stores the tree
looks them up. Verification is that of RFC 9162, sections 2.1.3.2 and 2.1.4.2, which words it as steps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()


class Node(NamedTuple):
    """The root of the whole subtree over leaves place * 2**level up to (place + 1) * 2**level."""

    level: int
    place: int


def leaf_hash(body: bytes) -> bytes:
    """SHA-256(0x00 || body)."""
    return hashlib.sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def nodes_of(begin: int, end: int) -> list[Node]:
    """The whole subtrees that make up leaves ``begin`` to ``end``, largest first.

    ``begin`` must be a multiple of a power of two that is at least ``end - begin``, as in every split of the tree.
    """
    found = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        found.append(Node(level, begin >> level))
        begin += 1 << level
    return found


def folded(hashes: Sequence[bytes]) -> bytes:
    """The hash over whole subtrees in the order of ``nodes_of``; of none, the root of the empty tree."""
    if not hashes:
        return EMPTY_ROOT
    total = hashes[-1]
    for left in reversed(hashes[:-1]):
        total = node_hash(left, total)
    return total


def parents(hashes: Sequence[bytes], levels: int) -> list[bytes]:
    """The hashes ``levels`` above a row of aligned siblings, whose number is a multiple of 2**levels."""
    row = list(hashes)
    for _ in range(levels):
        row = [node_hash(row[place], row[place + 1]) for place in range(0, len(row), 2)]
    return row


def inclusion_parts(index: int, size: int) -> list[list[Node]]:
    """What an inclusion proof consists of: for each of its hashes the whole subtrees under it, leaf's sibling first.

    Raises
    ------
    ValueError
        When the tree of ``size`` leaves has no leaf ``index``.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}; they count from 0 to {size - 1}")
    begin, end, parts = 0, size, []
    while end - begin > 1:
        split = _split(begin, end)
        if index < split:
            parts.append(nodes_of(split, end))
            end = split
        else:
            parts.append(nodes_of(begin, split))
            begin = split
    return parts[::-1]


def consistency_parts(old: int, new: int) -> list[list[Node]]:
    """What a consistency proof from ``old`` to ``new`` leaves consists of, in the order of RFC 6962, section 2.1.2.

    Raises
    ------
    ValueError
        Unless 0 < old <= new: every tree holds the empty one, which needs no proof.
    """
    if not 0 < old <= new:
        raise ValueError(f"no consistency proof from {old} to {new} leaves: it goes from 1 or more to as many or more")
    begin, end, parts = 0, new, []
    while end != old:
        split = _split(begin, end)
        if old <= split:
            parts.append(nodes_of(split, end))
            end = split
        else:
            parts.append(nodes_of(begin, split))
            begin = split
    # The verifier knows the old root; where that is the whole subtree left over here, it is not repeated.
    if begin:
        parts.append(nodes_of(begin, end))
    return parts[::-1]


def proof_of(parts: Iterable[Sequence[Node]], hash_of: Callable[[Node], bytes]) -> list[bytes]:
    """The hashes of a proof, from its parts and a store of whole subtrees."""
    return [folded([hash_of(node) for node in part]) for part in parts]


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes | None:
    """The root that a leaf hash and its proof lead to; None where the proof has a wrong length for that place."""
    if not 0 <= index < size or not _are_hashes(leaf, *proof):
        return None
    place, last, total = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if place & 1 or place == last:
            total = node_hash(sibling, total)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            total = node_hash(total, sibling)
        place, last = place >> 1, last >> 1
    return total if last == 0 else None


def holds_leaf(root: bytes, index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the tree with this root and size has this leaf hash at this place."""
    return root_from_inclusion(index, size, leaf, proof) == root


def holds_tree(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether a proof shows that the first ``old`` leaves of the new tree are the old tree."""
    if not 0 <= old <= new or not _are_hashes(old_root, new_root, *proof):
        return False
    if old == new:
        return not proof and old_root == new_root
    # Every tree holds the empty one: there is nothing to show, and so nothing is accepted as showing it.
    if old == 0:
        return False
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


class Growing:
    """A tree that is read leaf by leaf: its root at any moment, in memory of a few hashes."""

    def __init__(self) -> None:
        self.size = 0
        self._whole: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """One more leaf hash at the end."""
        total, size = leaf, self.size
        while size & 1:
            total, size = node_hash(self._whole.pop(), total), size >> 1
        self._whole.append(total)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        return folded(self._whole)


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == HASH_BYTES for value in values)


def _split(begin: int, end: int) -> int:
    """Where the tree over these leaves splits: after the largest power of two below their number."""
    return begin + (1 << (end - begin - 1).bit_length() - 1)
