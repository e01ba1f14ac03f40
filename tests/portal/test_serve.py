"""The site as its processes serve it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.database.commands import House
from tests.jobs.worker_process import comes_to

PROGRAM = "from tanheng.cli import app; app()"


@pytest.fixture
def house() -> Iterator[House]:
    folder = Path(tempfile.mkdtemp(prefix="tanheng-serve-"))
    folder.chmod(0o755)
    yield House(folder / "data")
    shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def answer(port: int, path: str) -> tuple[int, str]:
    """Status and body, once the server is up."""
    end = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def test_who_tries_it_out_needs_one_command_and_it_ends_cleanly(house: House):
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "serve", "--port", str(port), "--workers", "2"],
        env=house.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as served:
        try:
            status, body = answer(port, "/api/people/me")
            assert (status, json.loads(body)["code"]) == (401, "web.401")
            assert answer(port, "/accounts/login/")[0] == 200
            assert answer(port, "/static/mfa/js/webauthn.js")[0] == 200
            # The tables are there, and the command line works on the books that are being served.
            house.settle()
        finally:
            served.send_signal(signal.SIGTERM)
            output, _nothing = served.communicate(timeout=90)
    assert served.returncode == 0, output
    assert f"http://localhost:{port}" in output
    assert "Traceback" not in output
    from tanheng.database.embedded import is_dead

    assert is_dead(house.data / "postgresql"), "no server of the database is left behind"


def is_gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


def workers_of(server: int) -> list[int]:
    """The workers of the queue that a server started."""
    said = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], check=True, capture_output=True, text=True
    ).stdout
    rows = [line.split(None, 2) for line in said.splitlines()]
    return [int(row[0]) for row in rows if int(row[1]) == server and "--beside" in row[2]]


ASK = """
from tanheng.jobs.actions import do_start_job
from tanheng.people.rights import HOUSE
do_start_job("export", {"what": "ledger", "format": "csv"}, acting_user=HOUSE)
"""
LOOK = """
import time
from tanheng.jobs.models import Job, LastRound
end = time.monotonic() + 60
while not (Job.objects.filter(state="done").exists() and LastRound.objects.filter(routine="tidy", state="done")):
    assert time.monotonic() < end, (Job.objects.values(), LastRound.objects.values())
    time.sleep(0.2)
"""


def test_a_worker_comes_with_the_server_comes_again_when_killed_and_goes_with_it(house: House):
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "serve", "--port", str(port), "--workers", "1"],
        env=house.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as served:
        try:
            answer(port, "/accounts/login/")
            (first,) = comes_to(lambda: workers_of(served.pid))
            os.kill(first, signal.SIGKILL)
            comes_to(lambda: workers_of(served.pid) not in ([first], []))
            (second,) = workers_of(served.pid)
            house.do(ASK + LOOK)
        finally:
            served.send_signal(signal.SIGTERM)
            output, _nothing = served.communicate(timeout=90)
    assert served.returncode == 0, output
    assert "a worker ended by itself; another one is started" in output and "Traceback" not in output
    assert is_gone(second)
    from tanheng.database.embedded import is_dead

    assert is_dead(house.data / "postgresql"), "no server of the database is left behind, although one was killed"


def test_a_worker_whose_server_is_killed_does_not_stay_behind(house: House):
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "serve", "--port", str(port), "--workers", "1"], env=house.environment
    ) as served:
        answer(port, "/accounts/login/")
        try:
            (worker,) = comes_to(lambda: workers_of(served.pid))
            # Until it works it does not look whether we are still there.
            house.do(ASK + LOOK)
        finally:
            served.kill()
    comes_to(lambda: is_gone(worker), 60)


def test_an_address_that_is_none_is_refused(house: House):
    done = house.run("serve", "--host", "everywhere")
    assert done.returncode == 2 and "must be an address, as 127.0.0.1" in done.stderr


def test_a_first_user_is_made_with_their_bureau_and_a_wrong_one_is_not(house: House):
    with house.kept_running():
        weak = house.run("create-user", "admin", "--organisation", "Bureau", "--kind", "bureau", stdin="12345678\n")
        assert weak.returncode == 2 and "12345678" not in weak.stderr
        unknown = house.run("create-user", "admin", "--organisation", "Bureau", stdin="correct horse battery staple\n")
        assert unknown.returncode == 2 and "none of this name" in unknown.stderr and "--kind bureau" in unknown.stderr
        look = (
            "from tanheng.people.models import AuditEntry, Membership, Organisation\n"
            "print(Organisation.objects.count(), list(Membership.objects.values_list('user__username', 'role')),"
            " set(AuditEntry.objects.values_list('origin', flat=True)))"
        )
        assert house.do(look).strip() == "0 [] set()", "a refused user leaves no organisation behind"
        house.settle()
        assert house.do(look).strip() == "1 [('admin', 'administrator')] {'command line'}"
        assert house.must("migrate", "--list").strip() == "0 migrations to do"


def test_with_another_secret_key_nothing_is_served_that_nobody_could_sign_in_to(house: House):
    house.settle()
    house.do(
        "from allauth.mfa.totp.internal.auth import TOTP\n"
        "from tanheng.people.models import User\n"
        "TOTP.activate(User.objects.get(), 'JBSWY3DPEHPK3PXP')"
    )
    (house.data / "secret_key").write_text("another key altogether")
    done = house.run("serve", "--port", free_port())
    assert done.returncode == 2
    assert "portal.E005" in done.stderr and "restore a backup" in done.stderr
