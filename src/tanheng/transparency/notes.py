"""Signed heads as the world's verifiers read them: C2SP signed notes (c2sp.org/signed-note) with Ed25519.

    tanheng-1f3a…                                   the log's name
    20852163                                        how many leaves
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=    the root, base64 (c2sp.org/tlog-checkpoint)

    — tanheng-1f3a… Az3grlgtzPICa5OS8npVmf1My…      4 bytes naming the key, then the signature, base64

A public key is one line, ``name+hash+base64``, to be printed, published and compared.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tanheng.transparency.merkle import HASH_BYTES

_ED25519 = b"\x01"
_NAME = re.compile(r"[^\s+]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class NoteRefused(Exception):
    """A note or key cannot be read, or its signature does not hold; the text says which."""


@dataclass(frozen=True)
class Checkpoint:
    """A log's name, its number of leaves and the root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True)
class VerifierKey:
    """The public half of a log's key, and the log's name."""

    name: str
    public: bytes

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    @property
    def id(self) -> bytes:
        """Four bytes that tell signatures of several keys apart; not a proof of anything."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]


def read_key(line: str) -> VerifierKey:
    """A public key from its one line.

    Raises
    ------
    NoteRefused
        When it is no such line, or was miscopied: its own hash does not fit.
    """
    parts = line.strip().split("+", 2)
    if len(parts) != 3 or not _NAME.fullmatch(parts[0]):
        raise NoteRefused("the public key must be one line, NAME+HASH+KEY")
    raw = _base64(parts[2], "the public key")
    if raw[:1] != _ED25519 or len(raw) != 33:
        raise NoteRefused("the public key must be an Ed25519 key: 33 bytes of which the first is 1")
    key = VerifierKey(parts[0], raw[1:])
    if key.id.hex() != parts[1]:
        raise NoteRefused(f"the public key does not fit its own hash {parts[1]}: it was miscopied")
    return key


def sign(checkpoint: Checkpoint, private: Ed25519PrivateKey) -> str:
    """The signed note of a checkpoint, under the log's name."""
    key = VerifierKey(checkpoint.origin, private.public_key().public_bytes_raw())
    signature = base64.b64encode(key.id + private.sign(checkpoint.text().encode())).decode()
    return f"{checkpoint.text()}\n— {checkpoint.origin} {signature}\n"


def opened(note: str, key: VerifierKey) -> str:
    """The text of a note that this key has signed; other signatures (of witnesses) may stand beside it.

    Raises
    ------
    NoteRefused
        When this key's signature is missing or does not hold.
    """
    text, separator, signatures = note.rpartition("\n\n")
    if not separator or not signatures.endswith("\n"):
        raise NoteRefused("it is no signed note: a text, an empty line, and lines with signatures")
    text += "\n"
    for line in signatures.splitlines():
        mark, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        if mark != "—" or not name or not encoded:
            raise NoteRefused(f"{line!r} is no line with a signature: — NAME SIGNATURE")
        raw = _base64(encoded, "the signature")
        if name != key.name or raw[:4] != key.id:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.public).verify(raw[4:], text.encode())
        except InvalidSignature as error:
            raise NoteRefused(f"the signature of {name} does not hold: the text is not what was signed") from error
        return text
    raise NoteRefused(f"{key.name} has not signed it with the key {key.id.hex()}")


def read_checkpoint(note: str, key: VerifierKey) -> Checkpoint:
    """What a signed head says, once its signature holds.

    Raises
    ------
    NoteRefused
        When it is not signed by this key or is not a head of its log.
    """
    lines = opened(note, key).splitlines()
    if len(lines) < 3 or not _SIZE.fullmatch(lines[1]):
        raise NoteRefused("a head has three lines: the log's name, its number of leaves, its root")
    root = _base64(lines[2], "the root")
    if len(root) != HASH_BYTES:
        raise NoteRefused(f"the root has {len(root)} bytes, not {HASH_BYTES}")
    if lines[0] != key.name:
        raise NoteRefused(f"the head is of the log {lines[0]}, not of {key.name}")
    return Checkpoint(lines[0], int(lines[1]), root)


def _base64(text: str, what: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteRefused(f"{what} is not base64") from error
