"""Keys that are shown once: random, with a beginning that says what they are; only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets

TOKEN = "tanheng_token_"
INVITATION = "tanheng_invitation_"


def new_key(beginning: str) -> str:
    """256 bits of chance, so that a plain hash is enough to keep it: nobody can try them all."""
    return beginning + secrets.token_urlsafe(32)


def hash_of(key: str) -> bytes:
    """SHA-256 of a key, 32 bytes."""
    return hashlib.sha256(key.encode()).digest()
