"""What anybody sees of a certificate: its page, its file in two languages, its QR code, proofs that hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.credits.register.conftest import Books, asked, signed_in
from typer.testing import CliRunner

from tanheng.cli import app
from tanheng.credits.register import paper
from tanheng.transparency.sealing import seal


def test_anybody_reads_it_and_the_proof_holds_for_tanheng_verify_log(certificate: Any, tmp_path: Path) -> None:
    shown = asked("certificate", certificate.number)
    text = shown.content.decode()
    assert shown.status_code == 200
    assert "Guests of the hotel" in text
    assert "PHCER/2022/1-10" in text
    for name in ("certificate_proof", "certificate_transfer_proof"):
        document = asked(name, certificate.number)
        file = tmp_path / "proof.json"
        file.write_bytes(document.content)
        told = CliRunner().invoke(app, ["verify-log", str(file)])
        assert told.exit_code == 0, told.output
    body = json.loads(json.loads(asked("certificate_proof", certificate.number).content)["body"])
    assert body["transfer"] == certificate.transfer
    assert body["lots"] == [{"first": 1, "last": 10, "vintage": 2022, "label": "SZPH-2026-000001"}]


def test_a_proof_with_another_beneficiary_does_not_hold(certificate: Any, tmp_path: Path) -> None:
    document = json.loads(asked("certificate_proof", certificate.number).content)
    document["body"] = document["body"].replace("Guests of the hotel", "Somebody else")
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(document))
    told = CliRunner().invoke(app, ["verify-log", str(file)])
    assert told.exit_code == 1
    assert "not what was sealed" in told.output


def test_a_beneficiary_who_is_not_named_is_told_to_nobody_but_the_holder_and_the_bureau(books: Books) -> None:
    made = books.retire(5, named=False, beneficiary="A shy guest", purpose="a shy week")
    seal()
    strangers = [Client(), signed_in(books.user(books.works, "representative"))]
    for client in strangers:
        for name in ("certificate", "certificate_proof", "certificate_transfer_proof", "register"):
            arguments = () if name == "register" else (made.number,)
            told = asked(name, *arguments, client=client).content.decode()
            assert "shy" not in told
        assert made.number not in asked("register", client=client, q="A shy").content.decode()
    for user in (books.user(books.hotel, "reader"), books.user(books.bureau, "officer")):
        assert "A shy guest" in asked("certificate", made.number, client=signed_in(user)).content.decode()


def test_before_the_next_seal_the_page_says_that_the_proof_is_to_come(books: Books) -> None:
    made = books.retire(5)
    assert "waits to be sealed" in asked("certificate", made.number).content.decode()
    assert asked("certificate_proof", made.number).status_code == 404
    assert asked("certificate", "THC-2020-00000001").status_code == 404


@pytest.mark.parametrize(("language", "title"), [("en", "Certificate of retirement"), ("zh", "减排量注销证书")])
def test_the_file_is_in_the_language_that_was_asked_for(certificate: Any, language: str, title: str) -> None:
    drawn = asked("certificate_paper", certificate.number, language)
    assert drawn["Content-Type"] == "application/pdf"
    assert drawn.content.startswith(b"%PDF-")
    assert drawn.content.count(b"/Type /Page\n") in (0, 1)
    from django.utils import translation

    with translation.override(paper.LANGUAGES[language]):
        proof, _missing = paper.proof_of(certificate)
        written = paper.page_of(certificate, proof, whole=True)
    assert title in written
    assert "Guests of the hotel" in written
    assert proof is not None
    assert proof["leaf_hash"] in written.replace("&#x2F;", "/")


def test_a_server_without_pango_says_so_and_the_page_stays(certificate: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    real = builtins.__import__

    def without(name: str, *arguments: Any, **more: Any) -> Any:
        if name.startswith("weasyprint"):
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    told = asked("certificate_paper", certificate.number, "en")
    assert told.status_code == 400
    assert "cannot draw PDF files" in told.content.decode()
    assert asked("certificate", certificate.number).status_code == 200


def test_the_qr_code_says_the_address_of_the_page(certificate: Any, settings: Any) -> None:
    drawn = asked("certificate_qr", certificate.number)
    assert drawn["Content-Type"] == "image/svg+xml"
    text = drawn.content.decode()
    assert "style" not in text
    import qrcode  # type: ignore[import-untyped]

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(f"{settings.TANHENG_ADDRESS}/credits/certificates/{certificate.number}/")
    code.make(fit=True)
    # The drawing has one closed square for each dark module.
    dark = sum(map(sum, code.get_matrix()))
    assert text.count("z") - text.count('viewBox="z') == dark or text.count("M") == dark


def test_a_name_never_becomes_markup(books: Books) -> None:
    made = books.retire(1, beneficiary="<script>alert(1)</script>", purpose="<img src=x>")
    assert "<script>alert" not in asked("certificate", made.number).content.decode()
    written = paper.page_of(made, None, whole=True)
    assert "<script>" not in written
    assert "<img" not in written
