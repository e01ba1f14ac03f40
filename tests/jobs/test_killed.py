"""Workers are killed in the middle of a job; the job goes on, and says what happened."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.jobs import patient
from tests.jobs.kinds_for_tests import kinds
from tests.jobs.worker_process import comes_to, started

from tanheng.jobs.actions import do_cancel_job, do_start_job
from tanheng.jobs.models import Job
from tanheng.jobs.taking_up import take_up
from tanheng.people.rights import HOUSE

__all__ = ["kinds"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _known(kinds: Any) -> Iterator[None]:
    for kind in patient.KINDS:
        kinds(kind)
    yield
    # Tables of the queue are none of Django's models, so no test empties them.
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers CASCADE")


def state_of(job: Job) -> tuple[str, int]:
    job.refresh_from_db()
    return job.state, job.attempts


def is_at_it(job: Job, turn: int, folder: Path) -> bool:
    """Whether a try has begun, and has said so itself."""
    tries = folder / "tries"
    return state_of(job) == ("running", turn) and tries.is_file() and str(turn) in tries.read_text().split()


def test_a_killed_workers_job_is_taken_up_by_another_and_says_so(tmp_path: Path):
    job = do_start_job("patient", {"folder": str(tmp_path)}, acting_user=HOUSE)
    with started() as first:
        comes_to(lambda: state_of(job) == ("running", 1) and job.step_en == "Waiting for the test")
        assert job.percent == 40
        first.kill()
        first.wait()
        with started():
            comes_to(lambda: state_of(job) == ("running", 2))
            (tmp_path / "go").touch()
            comes_to(lambda: state_of(job) == ("done", 2))
    assert job.result == {"tries": ["1", "2"]}
    (said,) = job.notes
    assert said["en"].startswith("The worker stopped; it was last heard of at ") and "Taken up again at" in said["en"]
    assert "重新开始" in said["zh"]


def test_a_job_that_kills_its_workers_is_given_up_with_words(tmp_path: Path):
    job = do_start_job("frail", {"folder": str(tmp_path)}, acting_user=HOUSE)
    for _worker in range(2):
        before = state_of(job)[1]
        with started() as worker:
            comes_to(partial(is_at_it, job, before + 1, tmp_path))
            worker.kill()
            worker.wait()
    comes_to(lambda: take_up(timedelta(seconds=1)) or state_of(job)[0] == "failed")
    assert state_of(job) == ("failed", 2)
    (problem,) = job.problems
    assert problem["code"] == "jobs.E004" and "2 workers were killed" in problem["message"]
    assert (tmp_path / "tries").read_text().split() == ["1", "2"]


def test_a_worker_that_is_told_to_end_hands_its_job_on(tmp_path: Path):
    """As with each restart of the service: nothing is lost, nothing is counted against the job."""
    job = do_start_job("frail", {"folder": str(tmp_path)}, acting_user=HOUSE)
    with started() as first:
        comes_to(lambda: state_of(job) == ("running", 1))
        first.send_signal(signal.SIGTERM)
        assert first.wait(20) == 0
        assert state_of(job) == ("waiting", 1)
        assert "another one goes on" in job.notes[0]["en"] and job.lost == 0
        (tmp_path / "go").touch()
        with started():
            comes_to(lambda: state_of(job) == ("done", 2))


def test_a_job_goes_on_after_the_database_let_go_of_everybody(tmp_path: Path):
    """As when it is started anew: the worker ends or goes on, and the job is done by whoever is there then."""
    job = do_start_job("patient", {"folder": str(tmp_path)}, acting_user=HOUSE)
    with started() as first:
        comes_to(lambda: state_of(job) == ("running", 1))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            assert cursor.fetchone()[0] >= 3
        (tmp_path / "go").touch()
        with started():
            comes_to(lambda: state_of(job)[0] == "done", 60)
        assert job.attempts >= 2 and job.fault == "" and job.notes != []
        # It ended with an error, for who looks after it to start it again, or does what comes next; it does not stay
        # and do nothing.
        following = do_start_job("at_once", {}, acting_user=HOUSE)
        comes_to(lambda: first.poll() not in (None, 0) or state_of(following)[0] == "done")


def test_what_is_quick_does_not_wait_behind_what_is_heavy_and_cancelling_is_heard(tmp_path: Path):
    with started():
        heavy = do_start_job("patient", {"folder": str(tmp_path)}, acting_user=HOUSE)
        comes_to(lambda: state_of(heavy) == ("running", 1))
        behind = do_start_job("frail", {"folder": str(tmp_path)}, acting_user=HOUSE)
        quick = do_start_job("at_once", {}, acting_user=HOUSE)
        comes_to(lambda: state_of(quick) == ("done", 1))
        assert state_of(heavy) == ("running", 1) and state_of(behind) == ("waiting", 0)
        do_cancel_job(heavy.pk, acting_user=HOUSE)
        comes_to(lambda: state_of(heavy)[0] == "cancelled")
        comes_to(lambda: state_of(behind)[0] == "running")
        (tmp_path / "go").touch()
        comes_to(lambda: state_of(behind)[0] == "done")


def test_whoever_looks_takes_nothing_from_the_living(tmp_path: Path):
    with started():
        job = do_start_job("patient", {"folder": str(tmp_path)}, acting_user=HOUSE)
        comes_to(lambda: state_of(job) == ("running", 1))
        assert take_up(timedelta(seconds=20)) == 0
        (tmp_path / "go").touch()
        comes_to(lambda: state_of(job) == ("done", 1))
    assert job.notes == []
