"""The worker: a process that fetches entries of the queue and does them, beside the web processes.

Two workers of procrastinate share the process: one for what is heavy, one at a time, and one for what is quick, so
that a letter never waits behind a run. A third task looks for what dead workers left.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, connections
from procrastinate import RetryDecision
from procrastinate.contrib.django import DjangoApp
from procrastinate.contrib.django.utils import connector_params
from procrastinate.job_context import JobContext as Entry
from procrastinate.jobs import Job as QueuedJob
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.retry import BaseRetryStrategy

from tanheng.jobs import post, routines
from tanheng.jobs.doing import do_job
from tanheng.jobs.kinds import HEAVY, QUEUES, QUICK
from tanheng.jobs.progress import on_a_line_of_its_own
from tanheng.jobs.queue import JOB, LETTER, ROUTINE
from tanheng.jobs.taking_up import take_up

_log = logging.getLogger("tanheng.jobs")

# Connections of the worker to the queue: two listen, the rest fetch and finish.
POOL = 5


@dataclass(frozen=True)
class Pace:
    """How often a worker says that it lives, and after how long a silence others take it for dead."""

    heartbeat_s: float = 5.0
    silence_s: float = 30.0
    look_s: float = 5.0
    poll_s: float = 5.0
    # How long what runs may go on when the worker is told to end; then it goes back into the queue at its next step.
    grace_s: float = 20.0


class _Again(BaseRetryStrategy):
    """A letter that could not be handed over says itself when to try again."""

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision | None:
        if not isinstance(exception, post.Later):
            return None
        return RetryDecision(retry_in={"seconds": int(exception.after.total_seconds())})


class Worker:
    """Works until it is told to stop."""

    def __init__(self, pace: Pace | None = None, *, quick_at_once: int = 2, beside: int | None = None) -> None:
        self.pace = pace or Pace()
        self._beside = beside
        self._quick_at_once = quick_at_once
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending = asyncio.Event()
        self._ready = threading.Event()

    def run(self) -> None:
        """Work, in this thread, until ``stop`` or (in the main thread) SIGTERM or SIGINT."""
        try:
            asyncio.run(self._work())
        finally:
            connections.close_all()

    def stop(self) -> None:
        """From any thread: end when what runs has ended or its grace is over."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._ending.set)

    def wait_ready(self, timeout_s: float) -> bool:
        """Whether it works, within a time."""
        return self._ready.wait(timeout_s)

    async def _work(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ending = asyncio.Event()
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                self._loop.add_signal_handler(number, self._ending.set)
        parameters = await asyncio.to_thread(connector_params)
        app = DjangoApp(
            connector=PsycopgConnector(kwargs=parameters, min_size=1, max_size=POOL),
            # A daily round that was missed because the machine was off is made up for when it is on again.
            periodic_defaults={"max_delay": routines.MADE_UP_FOR_S},
        )
        _tasks(app)
        async with app.open_async():
            tasks = [
                asyncio.create_task(self._queue(app, HEAVY, 1)),
                asyncio.create_task(self._queue(app, QUICK, self._quick_at_once)),
                asyncio.create_task(self._look_after_the_dead()),
            ]
            self._ready.set()
            ending = asyncio.create_task(self._ending.wait())
            done, _under_way = await asyncio.wait([*tasks, ending], return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                # A cancelled worker of procrastinate lets what runs end, within its grace.
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            ending.cancel()
            for outcome in ended:
                if isinstance(outcome, Exception):
                    raise outcome
            if ending not in done and not self._ending.is_set():
                raise RuntimeError("a part of the worker ended by itself; the log says why")

    async def _queue(self, app: DjangoApp, queue: str, at_once: int) -> None:
        await app.run_worker_async(
            queues=[queue],
            name=queue,
            concurrency=at_once,
            install_signal_handlers=False,
            update_heartbeat_interval=self.pace.heartbeat_s,
            stalled_worker_timeout=self.pace.silence_s,
            fetch_job_polling_interval=self.pace.poll_s,
            shutdown_graceful_timeout=self.pace.grace_s,
            delete_jobs="successful",
        )

    async def _look_after_the_dead(self) -> None:
        while True:
            if self._beside is not None and os.getppid() != self._beside:
                # Who started us was killed.
                self._ending.set()
            try:
                await asyncio.to_thread(_take_up, self.pace.silence_s)
            except Exception:
                # The database is away for a moment: the next look comes soon.
                _log.exception("what dead workers left could not be looked for")
            await asyncio.sleep(self.pace.look_s)


def work_off(most: int = 100) -> int:
    """Do what waits in the queues, in this process and on Django's connection, until nothing is left; for tests.

    Returns
    -------
    How many entries were done.
    """
    done = 0
    while done < most:
        row = _fetch()
        if row is None:
            return done
        entry, task, arguments = row
        done += 1
        try:
            if task == JOB:
                do_job(arguments["job"], entry)
            elif task == LETTER:
                post.send(arguments["letter"])
            elif task == ROUTINE:
                routines.do_round(arguments["routine"])
        except post.Later as later:
            _call(
                "SELECT procrastinate_retry_job_v2(%s, now() + make_interval(secs => %s), NULL, NULL, NULL)",
                entry,
                later.after.total_seconds(),
            )
        else:
            _call("SELECT procrastinate_finish_job_v1(%s, 'succeeded', true)", entry)
    return done


def _tasks(app: DjangoApp) -> None:
    """What entries of the queue mean; the names are ``queue``'s."""

    @app.task(name=JOB, pass_context=True)
    def job(entry: Entry, *, job: int) -> None:
        assert entry.job.id is not None
        with _no_connection_kept(), on_a_line_of_its_own() as ask:
            do_job(job, entry.job.id, ask=ask, stopping=entry.should_abort)

    @app.task(name=LETTER, queue=QUICK, retry=_Again())
    def letter(*, letter: int) -> None:
        with _no_connection_kept():
            post.send(letter)

    for routine in routines.ROUTINES.values():
        _routine(app, routine)


def _routine(app: DjangoApp, routine: routines.Routine) -> None:
    name = f"{ROUTINE}.{routine.name}"

    @app.periodic(cron=routine.every, periodic_id=routine.name)
    @app.task(name=name, queue=routine.queue, queueing_lock=name, lock=name)
    def task(timestamp: int) -> None:
        with _no_connection_kept():
            routines.do_round(routine.name)


def _take_up(silence_s: float) -> None:
    with _no_connection_kept():
        take_up(timedelta(seconds=silence_s))


@contextmanager
def _no_connection_kept() -> Iterator[None]:
    """A thread that waits for work holds no connection to the database, and begins with none that died meanwhile."""
    connection.close()
    try:
        yield
    finally:
        connection.close()


def _fetch() -> tuple[int, str, dict[str, Any]] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT procrastinate_register_worker_v1()")
        (worker,) = cursor.fetchone()
        cursor.execute(
            "SELECT id, task_name, args FROM procrastinate_fetch_job_v2(%s::varchar[], %s)", [list(QUEUES), worker]
        )
        row = cursor.fetchone()
    if row is None or row[0] is None:
        return None
    arguments = row[2]
    if isinstance(arguments, str):
        arguments = json.loads(arguments)
    return row[0], row[1], arguments


def _call(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values))
