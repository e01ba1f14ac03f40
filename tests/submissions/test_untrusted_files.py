"""Files from outside: whatever they are called and hold, they harm nobody and take nothing away from others."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.submissions.conftest import Cast
from tests.submissions.town import fuel

from tanheng.database.place import data_folder
from tanheng.people.models import User
from tanheng.problems import InputRejected
from tanheng.submissions import checking, receiving
from tanheng.submissions.desk import Request
from tanheng.submissions.models import Format, State, Submission
from tanheng.submissions.packed import MEMBERS_MOST, too_much
from tanheng.web.spreadsheets import harmless

Send = Callable[..., Submission]
Browse = Callable[[User], Client]


def codes(submission: Submission) -> list[str]:
    return list(submission.findings.order_by("pk").values_list("code", flat=True))


def workbook(members: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return written.getvalue()


def post(client: Client, content: bytes, name: str = "fuel.csv", **options: Any) -> Any:
    file = SimpleUploadedFile("x", content)
    file._name = name  # type: ignore[attr-defined]  # as a client may write it; Django's own would mend it
    return client.post("/tables/new/", {"table": "fuel_use", "file": file, **options})


def test_a_zip_bomb_is_told_and_not_unpacked(tmp_path: Path):
    bomb = tmp_path / "bomb.xlsx"
    bomb.write_bytes(workbook({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b"0" * (80 << 20)}))
    assert bomb.stat().st_size < 1 << 20
    problem = too_much(bomb, "bomb.xlsx", bytes_most=20 << 20, rows_most=10)
    assert problem is not None and problem.code == "submissions.E003"


def test_a_zip_bomb_that_lies_about_its_size_is_not_believed(tmp_path: Path):
    content = workbook({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b"0" * (80 << 20)})
    said = (80 << 20).to_bytes(4, "little")
    assert content.count(said) == 2
    bomb = tmp_path / "bomb.xlsx"
    bomb.write_bytes(content.replace(said, (100).to_bytes(4, "little")))
    problem = too_much(bomb, "bomb.xlsx", bytes_most=20 << 20, rows_most=10)
    assert problem is not None and problem.code in ("submissions.E002", "submissions.E003")


def test_an_archive_of_very_many_parts_is_refused(tmp_path: Path):
    many = tmp_path / "many.xlsx"
    many.write_bytes(workbook({"xl/workbook.xml": b"", **{f"p{n}": b"" for n in range(MEMBERS_MOST)}}))
    problem = too_much(many, "many.xlsx", bytes_most=1 << 30, rows_most=10)
    assert problem is not None and "parts" in problem.message


def test_a_zip_that_is_no_workbook_is_told(send: Send):
    sent = send(workbook({"evil.exe": b"MZ"}))
    assert (sent.format, sent.state, codes(sent)) == (Format.EXCEL, State.FAULTY, ["submissions.E002"])


def test_a_parquet_file_of_a_billion_equal_values_is_refused(tmp_path: Path):
    """A few bytes say that one value stands a billion times."""
    path = tmp_path / "many.parquet"
    pq.write_table(pa.table({"a": pa.array([1.0]).take(pa.array([0] * 2_000_000))}), path, use_dictionary=True)
    assert path.stat().st_size < 1 << 20
    problem = too_much(path, "many.parquet", bytes_most=1 << 30, rows_most=1_000_000)
    assert problem is not None and "2,000,000 rows" in problem.message
    problem = too_much(path, "many.parquet", bytes_most=100, rows_most=10_000_000)
    assert problem is not None and problem.code == "submissions.E003"


@pytest.mark.parametrize("start", [b"PAR1" + b"\0" * 100, b"PK\x03\x04" + b"\0" * 100])
def test_what_only_begins_like_a_table_is_told(start: bytes, send: Send):
    assert codes(send(start)) == ["submissions.E002"]


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0 old", b"%PDF-1.7", b"\x7fELF", b"\x89PNG\r\n", b""])
def test_what_is_no_table_is_refused_by_its_bytes_whatever_its_name(content: bytes):
    with pytest.raises(InputRejected):
        receiving.keep("fuel.csv", [content])


def test_a_workbook_called_csv_is_read_as_what_it_is(send: Send):
    book, written = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["facility_id", "month", "fuel", "mass_t", "volume_10k_nm3"])
    sheet.append(["OWN-1", "2024-01-01", "natural_gas", None, 12])
    sheet.append(["OWN-1", "2024-02-01", "natural_gas", None, -1])
    book.save(written)
    sent = send(written.getvalue(), name="fuel.csv")
    assert (sent.format, codes(sent)) == (Format.EXCEL, ["intake.E015"])
    assert sent.shown_rows.get().cells[4] == "-1"


def test_a_parquet_file_is_read(send: Send):
    written = io.BytesIO()
    pq.write_table(
        pa.table(
            {
                "facility_id": ["OWN-1", "OWN-1"],
                "month": ["2024-01-01", "2024-02-02"],
                "fuel": ["natural_gas"] * 2,
                "volume_10k_nm3": [1.0, 2.0],
            }
        ),
        written,
    )
    sent = send(written.getvalue())
    assert codes(sent) == ["intake.E016"] and sent.shown_rows.get().cells[1] == "2024-02-02"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("facility_id,month,fuel\nOWN-1,2024-01-01,天然气\n".encode("gb18030"), "intake.E001"),
        (fuel("OWN-1,2024-01-01,natural_gas,,1\0"), "intake.E001"),
        ("facility_id".encode("utf-16"), "intake.E001"),
        (b"facility_id;month;fuel\n", "intake.E003"),
        (b'facility_id,month,fuel,volume_10k_nm3\nOWN-1,"2024-01-01,natural_gas,1\n', "intake.E007"),
    ],
)
def test_what_is_no_text_of_ours_is_told_and_kept_out_of_the_records(content: bytes, code: str, send: Send):
    sent = send(content)
    assert code in codes(sent) and sent.state == State.FAULTY


@pytest.mark.parametrize(
    "name",
    ["../../../etc/passwd", "..\\..\\windows\\system.ini", "/etc/passwd", "a\0b.csv", "x" * 5000, "", "\u202egpj"],
)
def test_no_part_of_a_name_becomes_a_path(name: str, cast: Cast, browse: Browse):
    before = set(Path("/etc").iterdir())
    kept = receiving.keep(name, [fuel("OWN-1,2024-01-01,natural_gas,,1")])
    place = receiving.file_of(kept.sha256, kept.format)
    assert place == data_folder() / "submissions" / kept.sha256[:2] / f"{kept.sha256}.csv" and place.is_file()
    shown = receiving.name_as_shown(name)
    assert not set(shown) & set("/\\\0\u202e") and len(shown) <= 200
    assert before == set(Path("/etc").iterdir())


@pytest.mark.parametrize("sha256", ["../../x", "0" * 63, "0" * 64 + "/..", ""])
def test_only_a_hash_names_a_file(sha256: str):
    with pytest.raises(ValueError):
        receiving.file_of(sha256, "csv")
    with pytest.raises(ValueError):
        receiving.file_of("0" * 64, "../csv")


def test_markup_in_a_table_is_shown_as_text_and_given_away_as_a_file(send: Send, cast: Cast, browse: Browse):
    evil = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'
    client = browse(cast.representative)
    for content in (evil, fuel('OWN-1,<img src=x onerror=alert(3)>,"</td><script>alert(4)</script>",,1')):
        sent = send(content, name='"><script>alert(5)</script>.csv')
        page = client.get(f"/tables/{sent.pk}/")
        html = page.content.decode()
        assert "<script>alert" not in html and "<img src=x" not in html and "&lt;script&gt;alert" in html
        assert "script-src 'self'" in page["Content-Security-Policy"]
        given = client.get(f"/tables/{sent.pk}/file/")
        assert given["Content-Disposition"].startswith("attachment; filename=")
        assert "script" not in given["Content-Disposition"] and given["X-Content-Type-Options"] == "nosniff"
        assert b"".join(given.streaming_content) == content  # type: ignore[attr-defined]


@pytest.mark.parametrize("cell", ["＝1+1", " =1+1", '=cmd|"/c calc"!A1', "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1"])
def test_no_export_holds_a_formula(cell: str, send: Send, cast: Cast, browse: Browse):
    """A spreadsheet would run what an emitter wrote, at the desk of the officer who opens the list."""
    assert harmless(cell).startswith("'")
    written = io.StringIO()
    csv.writer(written).writerow(["OWN-1", cell, "natural_gas", "", "1"])
    sent = send(b"facility_id,month,fuel,mass_t,volume_10k_nm3\n" + written.getvalue().encode())
    client = browse(cast.representative)
    text = client.get(f"/tables/{sent.pk}/findings.csv").content.decode("utf-8-sig")
    cells = [each for row in csv.reader(io.StringIO(text, newline="")) for each in row]
    assert not [each for each in cells if each.startswith(("=", "+", "@", "\t", "\r", "-2+"))]
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/tables/{sent.pk}/findings.xlsx").content))
    assert {each.data_type for row in book.worksheets[0].iter_rows() for each in row} <= {"s", "inlineStr", "n"}
    assert [each for row in book.worksheets[0].iter_rows() for each in row if each.data_type == "f"] == []


def test_a_plain_negative_number_stays_one():
    assert harmless("-12.5") == "-12.5" and harmless("+3e2") == "+3e2"


# Sizes


def test_a_body_that_says_it_is_too_large_is_not_read(cast: Cast, browse: Browse, settings: Any):
    settings.TANHENG_UPLOAD_MOST_MB = 1
    client = browse(cast.representative)

    class NeverRead(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise AssertionError("the body was read")

    for path in ("/tables/new/", "/accounts/login/", "/api/tables/submissions"):
        answer = client.generic(
            "POST",
            path,
            content_type="multipart/form-data; boundary=x",
            **{"CONTENT_LENGTH": str(200 << 20), "wsgi.input": NeverRead()},  # type: ignore[arg-type]
        )
        assert answer.status_code == 413, path
    assert not Submission.objects.exists()


def test_who_is_not_signed_in_sends_nothing_large(cast: Cast):
    answer = Client().generic("POST", "/tables/new/", b"x" * (4 << 20), content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413


def test_a_file_above_the_limit_is_counted_while_it_comes(cast: Cast, browse: Browse, settings: Any):
    settings.TANHENG_UPLOAD_MOST_MB = 1
    answer = post(browse(cast.representative), b"a,b\n" * (260 << 10))
    assert answer.status_code in (400, 413, 422) and not Submission.objects.exists()
    coming = data_folder() / "submissions"
    assert not coming.exists() or not list(coming.glob(".coming-*")), "nothing half received stays"
    with pytest.raises(InputRejected):
        receiving.keep("x", (b"0" * (1 << 20) for _ in range(3)))


TAKES_200_MB = """
import os, resource, sys
os.environ["TANHENG_DATA"] = sys.argv[1]
os.environ["TANHENG_UPLOAD_MOST_MB"] = "300"
import django
from django.conf import settings
os.environ["DJANGO_SETTINGS_MODULE"] = "tanheng.portal.settings"
django.setup()
from tanheng.submissions.receiving import keep
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
keep("large.csv", (b"facility_id,month\\n" * 58255 for _ in range(200)))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_200_mb_go_to_disk_and_not_to_memory(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-c", TAKES_200_MB, str(tmp_path)], capture_output=True, text=True, env={**os.environ}
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 20 << 10, "more than 20 MB of memory for a file that is only passed on"
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.csv")) > 190 << 20


def test_the_desk_ends_when_it_takes_too_much_memory_and_the_page_says_so(
    send: Send, monkeypatch: pytest.MonkeyPatch, caplog: Any
):
    monkeypatch.setattr(checking, "MEMORY_BYTES", 64 << 20)
    sent = send(fuel("OWN-1,2024-01-01,natural_gas,,1"))
    assert codes(sent) == ["submissions.E012"] and sent.state == State.FAULTY


def test_the_desk_ends_when_it_takes_too_long(send: Send, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checking, "SECONDS", 0.05)
    assert codes(send(fuel("OWN-1,2024-01-01,natural_gas,,1"))) == ["submissions.E012"]


def test_the_desk_is_given_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TANHENG_SECRET_KEY", "hidden")
    given: dict[str, str] = {}

    def run(command: Any, **options: Any) -> Any:
        given.update(options["env"])
        raise subprocess.TimeoutExpired(command, 1)

    monkeypatch.setattr(subprocess, "run", run)
    checking._answer(Request(base="x", table="fuel_use", file="y", today="2024-01-01"))
    assert given and not {name for name in given if name.startswith(("TANHENG", "DATABASE", "DJANGO"))}
