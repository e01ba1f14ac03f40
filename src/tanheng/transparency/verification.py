"""Checking what the log gave out, with nothing but the file: no Django, no database, no network.

What a file can prove is that nobody without the log's key made it, and that it holds together. That its key is the
log's must be known from elsewhere (``key=``), and that history was not rewritten together with the key's owner, from
a head that somebody kept (``kept=``).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tanheng.transparency.merkle import Growing, holds_leaf, holds_tree, leaf_hash
from tanheng.transparency.notes import Checkpoint, NoteRefused, VerifierKey, read_checkpoint, read_key

LOG = "tanheng-log/1"
PROOF = "tanheng-log-proof/1"
MOST = 100


@dataclass
class Verdict:
    """What was found: ``faults`` in words, none where all holds; ``said`` is what the file then shows."""

    faults: list[str] = field(default_factory=list)
    said: str = ""
    key: str = ""

    @property
    def holds(self) -> bool:
        """Whether everything in the file holds."""
        return not self.faults


class _Fault(Exception):
    """Something is wrong; the text says what. Ends the reading of a line or, from ``_proof``, of the file."""


def verify(file: Path, *, key: str = "", kept: str = "", body: str | None = None) -> Verdict:
    """Check an exported log or a proof.

    Parameters
    ----------
    file
        What the log gave out.
    key
        The public key that the log is known by, got elsewhere; without it, the file's own is used and told.
    kept
        A signed head that was kept from earlier: an exported log must hold it unchanged.
    body
        For an inclusion proof: the holder's own copy of the row's text.
    """
    verdict = Verdict()
    try:
        with open(file, encoding="utf-8", errors="strict") as stream:
            first = next(iter(stream), "")
            document = _object(first if _is_whole(first) else first + stream.read())
            known = _key(document, key)
            verdict.key = str(known)
            if document.get("format") == LOG:
                _log(verdict, document, stream, known, kept)
            elif document.get("format") == PROOF:
                verdict.said = _proof(document, known, body)
            else:
                raise _Fault(f"line 1: format must be {LOG} or {PROOF}, not {document.get('format')!r}")
    except _Fault as fault:
        verdict.faults.append(str(fault))
    except UnicodeDecodeError as error:
        verdict.faults.append(f"byte {error.start} of a block is not UTF-8: this is no export of the log")
    return verdict


def _is_whole(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _log(verdict: Verdict, header: dict[str, Any], stream: Iterable[str], key: VerifierKey, kept: str) -> None:
    reader = _Reader(header, key)
    old = _kept(kept, key) if kept else None
    for number, line in enumerate(stream, start=2):
        for fault in reader.read(line):
            verdict.faults.append(f"line {number}, {fault}")
        if old is not None and reader.tree.size == old.size:
            if reader.tree.root() != old.root:
                verdict.faults.append(
                    f"line {number}: the first {old.size} leaves are not those of the head that was kept: "
                    "history before it was rewritten"
                )
            old = None
        if len(verdict.faults) >= MOST:
            verdict.faults.append(f"and perhaps more: reading stopped after {MOST} faults")
            return
    verdict.faults += reader.end()
    if old is not None:
        verdict.faults.append(f"the file has {reader.tree.size} leaves, and the head that was kept has {old.size}")
    bodies = "with their bodies" if reader.with_bodies else "hashes only, without bodies"
    verdict.said = f"{reader.tree.size} entries ({bodies}) under {reader.heads} signed heads"


class _Reader:
    """Reads an exported log line by line and tells of every fault."""

    def __init__(self, header: dict[str, Any], key: VerifierKey) -> None:
        self.key = key
        self.kinds: dict[str, str] = header.get("kinds") or {}
        self.size = header.get("size")
        self.tree = Growing()
        self.heads = 0
        self.with_bodies = False
        self._covered = 0
        self._ended = False
        self._lost = False

    def read(self, line: str) -> Iterator[str]:
        try:
            document = _object(line)
            if self._ended:
                raise _Fault("stands after the end of the log")
            if "leaf" in document:
                yield from self._leaf(document)
            elif "head" in document:
                self._head(document)
            elif document.get("end") is True:
                self._end(document)
            else:
                raise _Fault("is neither a leaf nor a head nor the end")
        except _Fault as fault:
            yield str(fault)

    def end(self) -> Iterator[str]:
        """Faults of the file as a whole."""
        if not self._ended:
            yield "the file ends before its end line: it was cut short"
        if self._covered != self.tree.size:
            yield f"entries {self._covered} to {self.tree.size - 1} stand under no signed head"
        if self.tree.size != self.size:
            yield f"the file says that it has {self.size} entries; it has {self.tree.size}"

    def _leaf(self, document: dict[str, Any]) -> Iterator[str]:
        what = f"entry {document['leaf']} ({self.kinds.get(str(document.get('kind')), 'row')} {document.get('ref')})"
        hash_ = _hash(document.get("hash"), what)
        if document["leaf"] != self.tree.size and not self._lost:
            self._lost = True
            yield f"{what}: entry {self.tree.size} should stand here; entries are missing or out of order"
        self.tree.add(hash_)
        if "body" not in document:
            return
        self.with_bodies = True
        if not isinstance(document["body"], str):
            yield f"{what}: the row is in the log and no longer in the books"
        elif leaf_hash(document["body"].encode()) != hash_:
            yield f"{what}: the row is not what was sealed; it was rewritten afterwards"

    def _head(self, document: dict[str, Any]) -> None:
        what = f"the head of {document['head']} entries"
        self.heads += 1
        try:
            signed = read_checkpoint(str(document.get("note", "")), self.key)
        except NoteRefused as error:
            raise _Fault(f"{what}: {error}") from error
        if signed.size != self.tree.size or document["head"] != signed.size:
            raise _Fault(f"{what}: it was signed over {signed.size} entries and stands after {self.tree.size}")
        self._covered = signed.size
        if signed.root != self.tree.root():
            raise _Fault(f"{what}: the entries before it are not those that were signed")

    def _end(self, document: dict[str, Any]) -> None:
        self._ended = True
        for name, count in (("leaves", self.tree.size), ("heads", self.heads)):
            if document.get(name) != count:
                raise _Fault(f"the end says {document.get(name)} {name}; there are {count}")


def _proof(document: dict[str, Any], key: VerifierKey, body: str | None) -> str:
    hashes = document.get("hashes")
    if not isinstance(hashes, list):
        raise _Fault("the proof has no list of hashes")
    proof = [_hash(text, f"hash {place} of the proof") for place, text in enumerate(hashes)]
    head = _checkpoint(document.get("head"), key, "the head")
    if document.get("proves") == "consistency":
        old = _checkpoint(document.get("old_head"), key, "the old head")
        if not holds_tree(old.size, head.size, old.root, head.root, proof):
            raise _Fault(
                f"the log of {head.size} entries does not begin with that of {old.size}: history was rewritten, "
                "or the proof is of other heads"
            )
        return f"the log of {head.size} entries holds that of {old.size} unchanged"
    if document.get("proves") != "inclusion":
        raise _Fault(f"proves must be inclusion or consistency, not {document.get('proves')!r}")
    return _inclusion(document, head, proof, body if body is not None else document.get("body"))


def _inclusion(document: dict[str, Any], head: Checkpoint, proof: list[bytes], body: object) -> str:
    index, leaf = document.get("leaf_index"), _hash(document.get("leaf_hash"), "the leaf hash")
    if type(index) is not int:
        raise _Fault("leaf_index must be a whole number")
    if body is not None and leaf_hash(str(body).encode()) != leaf:
        raise _Fault("the row's text is not what was sealed: its hash is another")
    if not holds_leaf(head.root, index, head.size, leaf, proof):
        raise _Fault(f"the log of {head.size} entries does not have this entry at place {index}")
    what = "the row" if body is not None else "a row with this hash, whose text is not in the proof,"
    return f"{what} is entry {index} of the log of {head.size} entries"


def _key(document: dict[str, Any], expected: str) -> VerifierKey:
    try:
        found = read_key(str(document.get("key", "")))
        wanted = read_key(expected) if expected else found
    except NoteRefused as error:
        raise _Fault(f"line 1: {error}") from error
    if found != wanted:
        raise _Fault(f"line 1: the file is signed with {found}, which is not the key that was given")
    return found


def _kept(note: str, key: VerifierKey) -> Checkpoint:
    return _checkpoint(note, key, "the head that was kept")


def _checkpoint(note: object, key: VerifierKey, what: str) -> Checkpoint:
    try:
        return read_checkpoint(str(note), key)
    except NoteRefused as error:
        raise _Fault(f"{what}: {error}") from error


def _object(line: str) -> dict[str, Any]:
    try:
        document = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _Fault("is not a line of JSON") from error
    if not isinstance(document, dict):
        raise _Fault("is not an object of JSON")
    return document


def _hash(text: object, what: str) -> bytes:
    try:
        hash_ = base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _Fault(f"{what}: its hash is not base64") from error
    if len(hash_) != 32:
        raise _Fault(f"{what}: its hash has {len(hash_)} bytes, not 32")
    return hash_
