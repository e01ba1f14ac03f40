"""A signed head is what any verifier of transparency logs reads, and nobody can alter it."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tanheng.transparency.notes import Checkpoint, NoteRefused, VerifierKey, opened, read_checkpoint, read_key, sign

# The example of the format's first implementation, pkg.go.dev/golang.org/x/mod/sumdb/note.
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PUBLISHED_NOTE = (
    PUBLISHED_TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
VERIFIER = VerifierKey("a-log", KEY.public_key().public_bytes_raw())
HEAD = Checkpoint("a-log", 7, bytes(range(32)))


def test_the_published_note_is_accepted_and_its_key_written_the_same():
    key = read_key(PUBLISHED_KEY)
    assert str(key) == PUBLISHED_KEY
    assert opened(PUBLISHED_NOTE, key) == PUBLISHED_TEXT


def test_a_head_comes_back_as_it_was_signed():
    note = sign(HEAD, KEY)
    assert note.startswith("a-log\n7\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n— a-log ")
    assert read_checkpoint(note, VERIFIER) == HEAD
    assert read_key(str(VERIFIER)) == VERIFIER


def test_a_witness_may_sign_beside_the_log():
    witness = Ed25519PrivateKey.from_private_bytes(bytes(32))
    signed_by_witness = sign(Checkpoint("witness", 1, bytes(32)), witness).splitlines()[-1]
    text, signature = sign(HEAD, KEY).split("\n\n")
    assert read_checkpoint(f"{text}\n\n{signed_by_witness}\n{signature}", VERIFIER) == HEAD


@given(st.data())
def test_a_head_altered_anywhere_is_refused(data):
    note = sign(HEAD, KEY)
    place = data.draw(st.integers(0, len(note) - 1))
    other = data.draw(st.sampled_from("aZ19+/ \n—").filter(lambda character: character != note[place]))
    altered = note[:place] + other + note[place + 1 :]
    try:
        assert read_checkpoint(altered, VERIFIER) == HEAD
    except NoteRefused:
        return
    # Only what is not signed may differ without harm: the last bits of base64, none of which mean anything.
    assert altered.split("\n\n")[0] == note.split("\n\n")[0]


@pytest.mark.parametrize(
    "line",
    ["", "a-log", "a-log+00000000+AAAA", PUBLISHED_KEY.replace("c74f", "c74e"), PUBLISHED_KEY[:-1], "a b+0+ARpc"],
)
def test_a_miscopied_key_is_refused(line):
    with pytest.raises(NoteRefused, match="public key"):
        read_key(line)


def test_the_head_of_another_log_is_refused():
    other = VerifierKey("another-log", VERIFIER.public)
    with pytest.raises(NoteRefused, match="another-log has not signed it"):
        read_checkpoint(sign(HEAD, KEY), other)
