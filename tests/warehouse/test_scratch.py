"""What a run keeps on disk while it works must not stay there, nor be taken from a run that is still at work."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tanheng.problems import InputRejected
from tanheng.warehouse.city import City
from tanheng.warehouse.queries import room_told
from tanheng.warehouse.scratch import Scratch, remove_abandoned

WORKING = """
import sys, time
from tanheng.warehouse.scratch import Scratch
scratch = Scratch()
(scratch.path / "spill.tmp").write_bytes(bytes(1000))
print(scratch.path, flush=True)
time.sleep(60)
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_what_a_killed_process_left_goes_with_the_next_one_and_no_sooner(temporary: Path) -> None:
    """A few killed runs of a large city would otherwise fill the disk of the machine."""
    env = os.environ | {"TMPDIR": str(temporary)}
    with subprocess.Popen([sys.executable, "-c", WORKING], stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdout is not None
        place = Path(process.stdout.readline().strip())
        assert place.parent == temporary and place.name.startswith(f"tanheng-{process.pid}-")
        assert remove_abandoned() == () and (place / "spill.tmp").exists()
        process.send_signal(signal.SIGKILL)
        process.wait()
    next_one = Scratch()
    assert not place.exists() and next_one.path.is_dir()
    next_one.close()
    assert list(temporary.iterdir()) == []


def test_only_our_own_folders_are_removed(temporary: Path) -> None:
    others = [temporary / name for name in ("tanheng-notes", "tanheng-12-", "tanheng-12-afile", "elsewhere")]
    for other in others[::3]:
        other.mkdir()
    others[2].write_text("a file")
    others[1].symlink_to(others[3])
    assert remove_abandoned() == ()
    assert all(other.exists() for other in others)


def test_a_city_leaves_nothing_and_takes_no_more_than_its_share(make_city, tables, temporary: Path) -> None:
    with City.open(make_city(), tables) as city:
        (folder,) = [path for path in temporary.iterdir() if path.name.startswith("tanheng-")]
        said = city.connection.execute(
            "SELECT name, value FROM duckdb_settings() WHERE name IN ('temp_directory', 'max_temp_directory_size')"
        ).fetchall()
        assert dict(said)["temp_directory"] == str(folder)
        assert "90%" not in dict(said)["max_temp_directory_size"]
    assert not folder.exists()


def test_a_full_disk_is_told_to_people_and_any_other_error_is_not(temporary: Path) -> None:
    with pytest.raises(InputRejected) as rejected, room_told("mycity"):
        raise OSError(errno.ENOSPC, "No space left on device", "report.html")
    assert str(rejected.value).startswith("report.html: there is no room left on the disk")
    assert "nothing is kept" in str(rejected.value)
    with pytest.raises(InputRejected, match="mycity: the city does not fit") as rejected, room_told("mycity"):
        raise duckdb.OutOfMemoryException(f"Out of Memory Error: {temporary}/tanheng-12-abc/x: limit reached")
    assert "tanheng-12" not in str(rejected.value)
    for error in (OSError(errno.EACCES, "Permission denied"), duckdb.BinderException("no such column")):
        with pytest.raises(type(error)), room_told("mycity"):
            raise error
