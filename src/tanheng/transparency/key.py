"""The key of the log: made once in the data folder, readable by its owner alone.

Whoever holds an old head trusts this key. A log whose key is lost cannot go on under its name, so the file belongs into
every backup; ``TANHENG_LOG_KEY`` names it where it is kept elsewhere.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tanheng.database.once import write_once
from tanheng.database.place import data_folder
from tanheng.transparency.notes import VerifierKey

FILE = "log_key.pem"


def key_file(folder: Path) -> Path:
    """Where the key is: TANHENG_LOG_KEY, or ``log_key.pem`` in the data folder."""
    return Path(os.environ.get("TANHENG_LOG_KEY") or folder / FILE)


def log_key() -> Ed25519PrivateKey:
    """The private key, made with the first call.

    Raises
    ------
    Broken
        When heads were signed and the file is not there: another key would not be the log's.
    ValueError
        When the file holds another kind of key.
    """
    # The file's name is asked for by who has no database at hand.
    from tanheng.transparency.models import Head
    from tanheng.transparency.tiles import Broken

    file = key_file(data_folder())
    if not file.exists():
        if Head.objects.exists():
            raise Broken(f"the log has signed heads, and its key is not at {file}: bring it from where it was signed")
        write_once(
            file,
            Ed25519PrivateKey.generate().private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
        )
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{file} holds a key of another kind; the log signs with Ed25519")
    return key


def verifier_key(private: Ed25519PrivateKey) -> VerifierKey:
    """The public half, with the name of the log: TANHENG_LOG_NAME, or one made of the key, so that no two are alike."""
    public = private.public_key().public_bytes_raw()
    return VerifierKey(os.environ.get("TANHENG_LOG_NAME") or f"tanheng-{public[:8].hex()}", public)
