"""Where the books are kept, and what is said when they cannot be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from tests.database.commands import PASSWORD, House

from tanheng.database import embedded, place
from tanheng.database.engine.base import DatabaseFeatures
from tanheng.problems import InputRejected


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="tanheng-place-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.django_db
def test_the_books_are_in_a_real_postgresql():
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        assert int(cursor.fetchone()[0]) >= 150_000


@pytest.mark.parametrize("address", ["nonsense", "mysql://root:hush@host/x"])
def test_an_address_that_is_none_is_told_without_its_password(address: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", address)
    with pytest.raises(InputRejected, match=r"DATABASE_URL: is no address .* As postgresql://") as rejected:
        place.connect()
    assert "hush" not in str(rejected.value)


def test_a_server_that_is_not_there_is_told_with_its_place_and_exit_code_2(folder: Path):
    house = House(folder / "data", "postgresql://user:hush@127.0.0.1:1/books")
    for command in (["backup", folder / "x.tar"], ["migrate"], ["serve"], ["create-user", "a"]):
        done = house.run(*command, stdin=PASSWORD)
        assert done.returncode == 2, done.stderr
        assert "database books at 127.0.0.1:1: cannot be reached" in done.stderr
        assert "hush" not in done.stderr and "Traceback" not in done.stderr
    assert not (folder / "data" / "postgresql").exists(), "no other books are begun in place of those asked for"


def test_a_server_that_is_too_old_is_refused_in_words(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(psycopg.ConnectionInfo, "server_version", property(lambda self: 140_009))
    with pytest.raises(InputRejected, match="is PostgreSQL 14; 15 or later is needed"):
        place.connect()
    assert DatabaseFeatures.minimum_database_version == (15,)


def test_a_folder_of_another_version_is_told_with_the_way_out(folder: Path):
    (folder / "postgresql").mkdir()
    (folder / "postgresql" / "PG_VERSION").write_text("13\n")
    with pytest.raises(InputRejected, match=r"is of PostgreSQL 13; this Tanheng brings \d\d.*tanheng backup FILE"):
        embedded.start(folder / "postgresql")


def test_reading_the_settings_starts_no_server_and_writes_nothing(folder: Path):
    data = folder / "data"
    House(data)._python("-c", "import django; django.setup(); import tanheng.portal.urls")
    assert not data.exists()


def test_the_server_ends_with_the_last_process_and_comes_again(folder: Path):
    house = House(folder / "data")
    house.do("from tanheng.database import place\nplace.connect()")
    assert embedded.is_dead(folder / "data" / "postgresql")
    with house.kept_running():
        house.do("from tanheng.database import place\nplace.connect()")
        assert not embedded.is_dead(folder / "data" / "postgresql"), "another process still uses it"


def test_the_server_ends_as_well_when_one_of_its_processes_was_killed(folder: Path):
    """A worker that was killed takes no leave; nothing must go on for it."""
    house = House(folder / "data")
    hold = "from tanheng.database import place; place.connect(); print('up', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], env=house.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as killed:
        assert killed.stdout is not None and killed.stdout.readline() == "up\n"
        killed.kill()
    assert not embedded.is_dead(folder / "data" / "postgresql")
    house.do("from tanheng.database import place; place.connect()")
    assert embedded.is_dead(folder / "data" / "postgresql")


def test_a_service_without_a_session_is_told_nothing_that_it_cannot_mend(folder: Path):
    house = House(folder / "data")
    house.environment.pop("XDG_RUNTIME_DIR", None)
    done = house.run("migrate")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_killed_server_comes_up_again_under_a_process_that_goes_on(folder: Path):
    said = House(folder / "data").do(
        "import os, signal, time\n"
        "from pathlib import Path\n"
        "from django.db import connection, OperationalError\n"
        "from tanheng.portal.upgrading import upgrade\n"
        "upgrade()\n"
        "from tanheng.people.actions import do_create_organisation\n"
        "from tanheng.people.models import Organisation\n"
        "from tanheng.people.rights import HOUSE\n"
        "do_create_organisation('bank', 'Bank of Clay', acting_user=HOUSE)\n"
        "pid = int(Path(os.environ['TANHENG_DATA'], 'postgresql', 'postmaster.pid').read_text().split()[0])\n"
        "os.kill(pid, signal.SIGKILL)\n"
        "for attempt in range(60):\n"
        "    try:\n"
        "        print([each.name for each in Organisation.objects.all()])\n"
        "        break\n"
        "    except OperationalError:\n"
        "        connection.close()\n"
        "        time.sleep(0.5)\n"
    )
    assert said.strip() == "['Bank of Clay']"


def test_the_number_of_a_dead_server_may_belong_to_another_process(folder: Path):
    house = House(folder / "data")
    house.do("from tanheng.database import place\nplace.connect()")
    # As after the machine lost power: the file is there, and some other program has the number now.
    pid_file = folder / "data" / "postgresql" / "postmaster.pid"
    pid_file.write_text(
        f"{os.getpid()}\n{pid_file.parent}\n{int(time.time())}\n5432\n{pid_file.parent}\n\n  12345  67890\nready   \n"
    )
    assert house.do("from tanheng.database import place\nprint(place.connect().info.status.name)").strip() == "OK"


def test_nobody_else_on_the_machine_reaches_the_server_that_asks_for_no_password(folder: Path):
    # So long a path that the socket cannot lie in the data folder, which is closed by itself.
    for data in (folder / "data", folder / ("long" * 25) / "data"):
        house = House(data)
        look = (
            "from pathlib import Path\n"
            "from tanheng.database.place import connect\n"
            "c = connect()\n"
            "(where,) = c.execute('SHOW unix_socket_directories').fetchone()\n"
            "print(oct(Path(where, '.s.PGSQL.5432').stat().st_mode & 0o777), where)"
        )
        for _start in ("first", "second"):
            mode, where = house.do(look).split()
            assert mode == "0o700", f"at the {_start} start, in {where}"
        assert (str(data) in where) == (len(str(data)) < 90)
