"""The tree is that of RFC 6962 to the last bit; otherwise nobody else's verifier accepts our proofs.

The inputs, roots, subtree hashes and proofs are the reference vectors of Certificate Transparency as published in
github.com/transparency-dev/merkle, ``testonly/constants.go`` and ``testonly/reference_test.go`` (commit 417fb0c).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanheng.transparency import merkle

INPUTS = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# By level: all whole subtrees of the tree of eight.
SUBTREES = [
    [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
        "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "4271a26be0d8a84f0bd54c8c302e7cb3a3b5d1fa6780a40bcce2873477dab658",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "46f6ffadd3d06a09ff3c5860d2755c8b9819db7df44251788c7d8e3180de8eb1",
    ],
    [
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    ],
    [
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    ["5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"],
]
# (leaf, size): which subtrees the published proof names, by level and place.
INCLUSION = {
    (0, 1): [],
    (0, 2): [(0, 1)],
    (1, 2): [(0, 0)],
    (2, 3): [(1, 0)],
    (1, 5): [(0, 0), (1, 1), (0, 4)],
    (0, 8): [(0, 1), (1, 1), (2, 1)],
    (5, 8): [(0, 4), (1, 3), (2, 0)],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [(0, 1), (1, 1), (2, 1)],
    (2, 5): [(1, 1), (0, 4)],
    (6, 8): [(1, 2), (1, 3), (2, 0)],
}
LEAVES = [merkle.leaf_hash(body) for body in INPUTS]


class Tree:
    """All whole subtrees of a list of leaf hashes, as a store would keep them."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.rows = [list(leaves)]
        while len(self.rows[-1]) > 1:
            row = self.rows[-1]
            self.rows.append([merkle.node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)])

    def __call__(self, node: merkle.Node) -> bytes:
        return self.rows[node.level][node.place]


def root(leaves: Sequence[bytes]) -> bytes:
    """The definition of RFC 6962, section 2.1, as it is written: an implementation that shares nothing with ours."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + root(leaves[:k]) + root(leaves[k:])).digest()


def path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*path(m, leaves[:k]), root(leaves[k:])]
    return [*path(m - k, leaves[k:]), root(leaves[:k])]


def subproof(m: int, leaves: Sequence[bytes], known: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b) of section 2.1.2."""
    if m == len(leaves):
        return [] if known else [root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*subproof(m, leaves[:k], known), root(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), root(leaves[:k])]


def test_leaves_and_subtrees_are_the_published_ones():
    assert [leaf.hex() for leaf in LEAVES] == SUBTREES[0]
    for level in range(3):
        row = [bytes.fromhex(text) for text in SUBTREES[level]]
        assert [total.hex() for total in merkle.parents(row, 1)] == SUBTREES[level + 1]


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size):
    tree = Tree(LEAVES)
    assert merkle.folded([tree(node) for node in merkle.nodes_of(0, size)]).hex() == ROOTS[size]
    growing = merkle.Growing()
    for leaf in LEAVES[:size]:
        growing.add(leaf)
    assert growing.root().hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_proofs_are_the_published_ones(index, size):
    proof = merkle.proof_of(merkle.inclusion_parts(index, size), Tree(LEAVES[:size]))
    assert [part.hex() for part in proof] == [SUBTREES[level][place] for level, place in INCLUSION[index, size]]
    assert merkle.holds_leaf(bytes.fromhex(ROOTS[size]), index, size, LEAVES[index], proof)


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_consistency_proofs_are_the_published_ones(old, new):
    proof = merkle.proof_of(merkle.consistency_parts(old, new), Tree(LEAVES[:new]))
    assert [part.hex() for part in proof] == [SUBTREES[level][place] for level, place in CONSISTENCY[old, new]]
    assert merkle.holds_tree(old, new, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]), proof)


def numbered(size: int) -> list[bytes]:
    return [merkle.leaf_hash(str(place).encode()) for place in range(size)]


@given(st.integers(1, 70).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))))
def test_an_inclusion_proof_is_that_of_the_definition_and_holds_for_its_leaf_alone(place):
    index, size = place
    leaves = numbered(size)
    proof = merkle.proof_of(merkle.inclusion_parts(index, size), Tree(leaves))
    assert proof == path(index, leaves)
    assert merkle.holds_leaf(root(leaves), index, size, leaves[index], proof)
    for other in range(size):
        if other != index:
            assert not merkle.holds_leaf(root(leaves), index, size, leaves[other], proof)
            assert not merkle.holds_leaf(root(leaves), other, size, leaves[index], proof)


@given(st.integers(1, 70).flatmap(lambda new: st.tuples(st.integers(1, new), st.just(new))))
def test_a_consistency_proof_is_that_of_the_definition_and_holds_for_its_sizes_alone(sizes):
    old, new = sizes
    leaves = numbered(new)
    proof = merkle.proof_of(merkle.consistency_parts(old, new), Tree(leaves))
    assert proof == subproof(old, leaves, True)
    assert merkle.holds_tree(old, new, root(leaves[:old]), root(leaves), proof)
    for other in range(1, new + 1):
        if other != old:
            assert not merkle.holds_tree(other, new, root(leaves[:old]), root(leaves), proof)


@given(
    st.integers(2, 40).flatmap(lambda new: st.tuples(st.integers(1, new - 1), st.just(new))),
    st.sampled_from(["drop", "add", "flip", "swap"]),
    st.integers(0, 1000),
)
def test_a_spoilt_proof_proves_nothing(sizes, how, where):
    old, new = sizes
    leaves = numbered(new)
    tree = Tree(leaves)
    inclusion = merkle.proof_of(merkle.inclusion_parts(old, new), tree)
    consistency = merkle.proof_of(merkle.consistency_parts(old, new), tree)
    assert merkle.holds_leaf(root(leaves), old, new, leaves[old], inclusion)
    spoilt = spoil(inclusion, how, where)
    if spoilt != inclusion:
        assert not merkle.holds_leaf(root(leaves), old, new, leaves[old], spoilt)
    spoilt = spoil(consistency, how, where)
    if spoilt != consistency:
        assert not merkle.holds_tree(old, new, root(leaves[:old]), root(leaves), spoilt)


def spoil(proof: list[bytes], how: str, where: int) -> list[bytes]:
    if not proof:
        return [bytes(32)] if how == "add" else proof
    place = where % len(proof)
    if how == "drop":
        return proof[:place] + proof[place + 1 :]
    if how == "add":
        return [*proof[:place], proof[place], *proof[place:]]
    if how == "flip":
        return [*proof[:place], bytes([proof[place][0] ^ 1]) + proof[place][1:], *proof[place + 1 :]]
    return proof[::-1]


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_a_history_rewritten_anywhere_has_another_root(bodies):
    leaves = [merkle.leaf_hash(body) for body in bodies]
    whole = root(leaves)
    for place, body in enumerate(bodies):
        changed = [*leaves[:place], merkle.leaf_hash(body + b"!"), *leaves[place + 1 :]]
        assert root(changed) != whole


def test_an_inner_node_cannot_be_passed_off_as_a_leaf():
    body = LEAVES[0] + LEAVES[1]
    assert merkle.leaf_hash(body) != merkle.node_hash(LEAVES[0], LEAVES[1])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3), (3, 3)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index, size):
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion_parts(index, size)
    assert not merkle.holds_leaf(merkle.EMPTY_ROOT, index, size, merkle.EMPTY_ROOT, [])


def test_what_is_no_hash_proves_nothing():
    assert not merkle.holds_leaf(b"", 0, 1, b"", [])
    assert not merkle.holds_tree(3, 3, b"", b"", [])


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 3)])
def test_there_is_no_proof_from_nothing_or_backwards(old, new):
    with pytest.raises(ValueError, match="no consistency proof"):
        merkle.consistency_parts(old, new)
    assert not merkle.holds_tree(old, new, bytes(32), bytes(32), [])
