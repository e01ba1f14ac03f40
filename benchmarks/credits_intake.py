"""Events of an application, sent to one gunicorn process over loopback: how many a second are answered as taken.

Answered means: checked line by line, in a file that was fsync'ed, and on record in a committed transaction that waits
for the disk. Two connections send distinct trips; when all is answered the server is killed with SIGKILL, and every
event that was answered is looked for in the files, whose hashes are held against the records.

Whether each person gave the mandate is not asked here. TANHENG_BENCH_EVENTS (1000000) makes it smaller for a try.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.bars import Bar
from benchmarks.database import database

NAME = "tanheng_bench_intake"
SEED = 440300
HOST = "127.0.0.1"
CONNECTIONS = 2
LARGE, SMALL = 20_000, 1_000
TYPE = "application/x-ndjson"


def measure() -> Iterator[Bar]:
    """Large batches, which have the bar; then small ones, and all of it sent again."""
    events = int(os.environ.get("TANHENG_BENCH_EVENTS", "1000000"))
    with database(NAME) as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "tanheng.portal.settings",
            "TANHENG_SECOND_FACTOR": "offered",
            "TANHENG_TLS": "0",
            "TANHENG_RATE": "1000000",
        }
        application, key = _prepared()
        warm = _bodies(2 * LARGE, LARGE, "W")
        large, small = _bodies(events, LARGE, "L"), _bodies(max(SMALL, events // 10), SMALL, "S")
        with _served() as (port, server):
            _sent(port, application, key, warm)
            seconds, told = _sent(port, application, key, large)
            few_seconds, few_told = _sent(port, application, key, small)
            again_seconds, again_told = _sent(port, application, key, large)
            memory = _memory_mib(server)
            for pid in (server.pid, *_children(server.pid)):
                os.kill(pid, signal.SIGKILL)
        rate = _taken(told) / seconds
        print(f"  {_taken(told):,} events in batches of {LARGE:,}: {seconds:.2f} s, {rate:,.0f} a second")
        print(f"  {_taken(few_told):,} in batches of {SMALL:,}: {_taken(few_told) / few_seconds:,.0f} a second")
        print(f"  the large ones sent again: {_taken(again_told) / again_seconds:,.0f} a second, none taken twice")
        assert [each["id"] for each in again_told] == [each["id"] for each in told]
        lost = _lost(folder, [*told, *few_told])
        yield Bar("credits_intake.events_a_second", rate, "at least", 20_000)
        yield Bar("credits_intake.events_answered_and_lost", lost, "at most", 0)
        yield Bar("credits_intake.memory_mib", memory, "at most", 2048)


def _prepared() -> tuple[int, str]:
    """An application that is connected, and a key of it."""
    import django

    django.setup()
    from django.core.management import call_command

    from tanheng.cases.taking import take
    from tanheng.credits.intake.actions import do_create_key, do_register_application, do_take_events
    from tanheng.credits.intake.models import Application
    from tanheng.people.models import Membership, Organisation, Role, User
    from tanheng.people.rights import HOUSE

    call_command("migrate", verbosity=0)
    operator = Organisation.objects.create(kind="app_operator", name="operator")
    user = User.objects.create_user("representative", name="representative")
    Membership.objects.create(user=user, organisation=operator, role=Role.REPRESENTATIVE)
    application = do_register_application(
        operator, "Rides", ["public_transport"], about="gates", protection="pseudonyms", acting_user=user
    )
    take(application, "test", acting_user=HOUSE)
    application = Application.objects.get(pk=application.pk)
    do_take_events(application, _bodies(1, 1, "T")[0], sender=user)
    take(application, "connect", acting_user=HOUSE)
    return application.pk, do_create_key(application, "bench", acting_user=user)[1]


def _bodies(events: int, size: int, name: str) -> list[bytes]:
    draw = random.Random(SEED)
    persons = [str(UUID(int=draw.getrandbits(128))) for _ in range(max(1, min(100_000, events // 20)))]
    lines = (
        json.dumps(
            {
                "event_id": f"{name}{number:010}",
                "person": draw.choice(persons),
                "at": f"2026-03-{1 + number % 28:02}T{6 + number % 16:02}:{number % 60:02}:00+08:00",
                "until": f"2026-03-{1 + number % 28:02}T{7 + number % 16:02}:{number % 60:02}:00+08:00",
                "scene": "public_transport",
                "mode": "metro" if number % 3 else "electric_bus",
                "quantity": draw.randrange(300, 20_000) / 1000,
                "unit": "km",
            }
        )
        for number in range(events)
    )
    parts: list[list[str]] = [[] for _ in range((events + size - 1) // size)]
    for number, line in enumerate(lines):
        parts[number // size].append(line)
    return [("\n".join(part) + "\n").encode() for part in parts]


@contextmanager
def _served() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """One web process, with the threads that ``tanheng serve`` gives it."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "benchmarks.intake_site", "--bind", f"{HOST}:{port}"]
    options = [
        "--workers",
        "1",
        "--threads",
        "4",
        "--worker-class",
        "gthread",
        "--timeout",
        "60",
        "--log-level",
        "error",
    ]
    server = subprocess.Popen([*command, *options])
    try:
        end = time.monotonic() + 60
        while not _answers(port):
            if time.monotonic() > end or server.poll() is not None:
                raise RuntimeError("the web server does not answer")
            time.sleep(0.1)
        yield port, server
    finally:
        if server.poll() is None:
            server.terminate()
        server.wait()


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        connection.request("GET", "/api/log/key")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False


def _sent(port: int, application: int, key: str, bodies: Sequence[bytes]) -> tuple[float, list[dict[str, Any]]]:
    """All of them by so many connections: the seconds until the last answer, and the answers in order."""
    told: dict[int, dict[str, Any]] = {}
    faults: list[BaseException] = []

    def sender(number: int) -> None:
        try:
            connection = http.client.HTTPConnection(HOST, port, timeout=60)
            for place in range(number, len(bodies), CONNECTIONS):
                headers = {"Authorization": f"Bearer {key}", "Content-Type": TYPE}
                address = f"/api/credits/applications/{application}/events"
                connection.request("POST", address, bodies[place], headers)
                response = connection.getresponse()
                answer = json.loads(response.read())
                if response.status not in (200, 201) or answer["refused"]:
                    raise RuntimeError(f"{response.status}: {str(answer)[:500]}")
                told[place] = answer
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=sender, args=(number,)) for number in range(CONNECTIONS)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    if faults:
        raise faults[0]
    return seconds, [told[place] for place in range(len(bodies))]


def _taken(told: Sequence[dict[str, Any]]) -> int:
    return sum(each["taken"] for each in told)


def _lost(folder: Path, told: Sequence[dict[str, Any]]) -> int:
    """How many events were answered as taken and are in no file of the hash that was told and is on record."""
    import duckdb

    from tanheng.credits.intake.models import Batch

    recorded = dict(Batch.objects.filter(sandbox=False).values_list("pk", "file_digest"))
    files = []
    for each in told:
        digest = each["file_digest"]
        file = folder / "credits" / "events" / digest[:2] / f"{digest}.parquet"
        if recorded.get(each["id"]) == digest and hashlib.sha256(file.read_bytes()).hexdigest() == digest:
            files.append(str(file))
    [(found,)] = duckdb.execute("SELECT count(DISTINCT event_id) FROM read_parquet(?)", [files]).fetchall()
    return _taken(told) - int(found)


def _children(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
    return [int(child) for child in listed.stdout.split()]


def _memory_mib(server: subprocess.Popen[bytes]) -> float:
    """The most that the web process ever held."""
    text = Path(f"/proc/{_children(server.pid)[0]}/status").read_text()
    line = next(line for line in text.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
