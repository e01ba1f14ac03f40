"""If one of these fails, a file larger than the memory of the machine takes the machine down."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanheng.problems import InputRejected
from tanheng.warehouse.city import City
from tanheng.warehouse.csv_bytes import read_bytes
from tanheng.warehouse.files import CHUNK_BYTES, TableFile

PROGRAM = """
import resource, sys
from tanheng.problems import InputRejected
from tanheng.text import Text
from tanheng.warehouse import Column, Table
from tanheng.warehouse.city import City
columns = (Column("district_id", "text", Text("", "")), Column("note", "text", Text("", ""), required=False))
table = Table("districts", Text("", ""), Text("", ""), columns, key=("district_id",))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    City.open(sys.argv[1], (table,))
except InputRejected as error:
    print(error)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts memory in the unit of Linux")
def test_two_gigabytes_of_nothing_are_refused_within_a_hundred_megabytes(make_city) -> None:
    """A sparse file takes no room on the disk; it is what a broken download or a full disk leaves behind."""
    folder = make_city()
    with (folder / "real" / "districts.csv").open("wb") as stream:
        stream.write(b"district_id,note\nD1,x\n")
        os.truncate(stream.fileno(), 2 << 30)
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(folder)], capture_output=True, text=True, check=True)
    said, megabytes = done.stdout.rsplit("\n", 2)[:2]
    assert said.startswith("real/districts.csv line 3: holds a zero byte at byte 22: it is no text, or was cut off")
    assert int(megabytes) < 100


def test_a_city_that_does_not_fit_says_what_would_help(make_city, tables, tmp_path, monkeypatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    rows = "".join(f"P1,{1900 + i // 12}-{i % 12 + 1:02d}-01,M{i},{i}\n" for i in range(3600))
    folder = make_city({"real/coal.csv": "plant_id,month,meter,mass_t\n" + rows})
    with pytest.raises(InputRejected) as rejected:
        City.open(folder, tables, memory_limit="2MB")
    (problem,) = rejected.value.problems
    assert str(problem).startswith(
        f"{folder}: the city does not fit into the memory of the run and the room for temporary files: Out of Memory"
    )
    assert str(problem).endswith("set TMPDIR to a larger disk [city.E008]")
    assert list(scratch.iterdir()) == []


def test_a_file_is_read_a_chunk_at_a_time(tmp_path, monkeypatch) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 1000)
    asked: list[int] = []
    open_path = Path.open

    class Watched:
        def __init__(self, stream) -> None:
            self.stream = stream

        def read(self, size=-1):
            asked.append(size)
            return self.stream.read(size)

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self.stream.close()

    monkeypatch.setattr(Path, "open", lambda self, *mode, **more: Watched(open_path(self, *mode, **more)))
    assert read_bytes(TableFile("t", path, "t.csv")).line_count == 1001
    assert set(asked) == {CHUNK_BYTES}


TEXT = st.text("a\n\r\t\u00a0\u3000深,", max_size=30).map(str.encode)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary().map(b"id".__add__) | TEXT, st.sampled_from([b"a", b"a\n"]), st.integers(128, 140))
def test_chunks_tell_what_the_whole_tells(tmp_path, monkeypatch, content: bytes, end: bytes, size: int) -> None:
    """However a file is cut into chunks: lines, blanks and ends as they are in the text read at once."""
    content = 20 * content + end
    monkeypatch.setattr("tanheng.warehouse.csv_bytes.CHUNK_BYTES", size)
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    found = read_bytes(TableFile("t", path, "t.csv"))
    try:
        text = content.decode()
    except UnicodeDecodeError:
        assert found.fault is not None and ("is not UTF-8" in found.fault.message or b"\0" in content)
        return
    if "\0" in text:
        assert found.fault is not None and "zero byte" in found.fault.message
        return
    assert found.fault is None and found.sha256 == sha256(content).hexdigest()
    assert found.odd_blanks == any(blank in text for blank in "\t\u00a0\u3000")
    assert found.line_count == len(re.split("\r\n|\r|\n", text.removesuffix("\n")))
    ends = set(re.findall("\r\n|\r|\n", text))
    assert found.is_even == (ends <= {"\n"} or ends == {"\r\n"})
