"""What is asked for is done, once, and its end is on record."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.db import connection
from tests.jobs.kinds_for_tests import kinds
from tests.people.cast import Cast, make_cast

from tanheng.jobs.access import access_job, access_jobs
from tanheng.jobs.actions import do_cancel_job, do_start_job
from tanheng.jobs.kinds import Kind
from tanheng.jobs.models import Job, State
from tanheng.jobs.progress import JobContext
from tanheng.jobs.worker import work_off
from tanheng.people.models import AuditEntry
from tanheng.people.rights import HOUSE, Refused
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text

__all__ = ["kinds"]
pytestmark = pytest.mark.django_db


def queued() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
        return int(cursor.fetchone()[0])


def test_a_job_is_asked_for_done_and_told_of(kinds: Any):
    kinds(Kind("add", "Add", lambda context, given: {"sum": given["a"] + given["b"]}))
    job = do_start_job("add", {"a": 1, "b": 2}, acting_user=HOUSE)
    assert (job.state, job.attempts, queued()) == ("waiting", 0, 1)
    assert work_off() == 1
    job.refresh_from_db()
    assert (job.state, job.result, job.percent, job.attempts) == ("done", {"sum": 3}, 100, 1)
    assert job.started_at is not None and job.ended_at is not None and queued() == 0
    entry = AuditEntry.objects.get(action="jobs.start")
    assert entry.new == {"kind": "add", "arguments": {"a": 1, "b": 2}} and entry.subject == f"job {job.pk}"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_what_is_told_is_read_on_the_job(kinds: Any):
    seen: list[tuple[str, str, int]] = []

    def do(context: JobContext, given: dict[str, Any]) -> dict[str, Any]:
        context.tell(Text("Half", "一半"), 0.5)
        job = Job.objects.get(pk=context.job)
        seen.append((job.state, job.step, job.percent))
        return {}

    kinds(Kind("half", "Half", do))
    do_start_job("half", {}, acting_user=HOUSE)
    work_off()
    assert seen == [("running", "Half", 50)]


def test_two_who_ask_for_the_same_are_led_to_one_job(kinds: Any, cast: Cast):
    kinds(Kind("shared", "Shared", lambda context, given: {}, shared=True))
    kinds(Kind("own", "Own", lambda context, given: {}))
    one, other = cast.user("bureau", "officer"), cast.user("bureau", "approver")
    first = do_start_job("shared", {"year": 2024}, acting_user=one)
    assert do_start_job("shared", {"year": 2024}, acting_user=one).pk == first.pk
    assert do_start_job("shared", {"year": 2024}, acting_user=other).pk == first.pk
    assert do_start_job("shared", {"year": 2023}, acting_user=one).pk != first.pk
    mine = do_start_job("own", {}, acting_user=one)
    assert do_start_job("own", {}, acting_user=other).pk != mine.pk
    assert queued() == 4
    work_off()
    # What has ended may be asked for again.
    assert do_start_job("shared", {"year": 2024}, acting_user=one).pk != first.pk


def test_a_job_is_for_who_has_the_right(kinds: Any, cast: Cast):
    kinds(Kind("run_it", "Run it", lambda context, given: {}, right="jobs.routines"))
    with pytest.raises(Refused):
        do_start_job("run_it", {}, acting_user=cast.user("emitter", "officer"))
    assert (Job.objects.count(), queued()) == (0, 0)
    do_start_job("run_it", {}, acting_user=cast.user("bureau", "officer"))


def test_a_kind_that_there_is_not_is_refused():
    with pytest.raises(InputRejected, match=r"jobs\.E001"):
        do_start_job("nonsense", {}, acting_user=HOUSE)


def test_whoever_did_not_ask_does_not_see_it(kinds: Any, cast: Cast):
    kinds(Kind("own", "Own", lambda context, given: {}))
    kinds(Kind("shared", "Shared", lambda context, given: {}, right="jobs.routines", shared=True))
    officer = cast.user("bureau", "officer")
    own, shared = (do_start_job(kind, {}, acting_user=officer) for kind in ("own", "shared"))
    other, administrator = cast.user("emitter", "administrator"), cast.user("bureau", "administrator")
    for job in (own, shared):
        with pytest.raises(Job.DoesNotExist):
            access_job(other, job.pk)
        assert access_job(administrator, job.pk) == job
    assert list(access_jobs(other)) == []
    assert set(access_jobs(administrator)) == {own, shared} == set(access_jobs(officer))


def test_faults_of_the_input_stand_on_the_job_one_by_one(kinds: Any):
    faults = [Problem("intake.E010", "fuel_use.csv", 14, "mass_t", "-3", expected="0 or more") for _each in range(2)]

    def do(context: JobContext, given: dict[str, Any]) -> dict[str, Any]:
        raise InputRejected(faults)

    kinds(Kind("faulty", "Faulty", do))
    job = do_start_job("faulty", {}, acting_user=HOUSE)
    work_off()
    job.refresh_from_db()
    assert job.state == State.FAILED and job.fault == ""
    assert [(each["file"], each["line"], each["column"], each["value"]) for each in job.problems] == [
        ("fuel_use.csv", 14, "mass_t", "-3")
    ] * 2
    assert queued() == 0


def test_a_fault_of_ours_has_a_number_by_which_the_log_is_searched(kinds: Any, caplog: pytest.LogCaptureFixture):
    def do(context: JobContext, given: dict[str, Any]) -> dict[str, Any]:
        raise ZeroDivisionError("our mistake")

    kinds(Kind("broken", "Broken", do))
    job = do_start_job("broken", {}, acting_user=HOUSE)
    with caplog.at_level(logging.ERROR, logger="tanheng.jobs"):
        work_off()
    job.refresh_from_db()
    assert job.state == State.FAILED and job.problems == [] and len(job.fault) == 8
    # The record and not caplog's text: a library that hands its own loggers a formatter changes how that is written.
    [told] = [each for each in caplog.records if f"fault {job.fault}" in each.getMessage()]
    assert told.exc_info is not None and isinstance(told.exc_info[1], ZeroDivisionError)


def test_a_result_that_cannot_be_kept_is_a_fault_and_not_a_result(kinds: Any):
    kinds(Kind("odd", "Odd", lambda context, given: {"what": object()}))
    job = do_start_job("odd", {}, acting_user=HOUSE)
    work_off()
    job.refresh_from_db()
    assert job.state == State.FAILED and job.fault and job.result is None


def test_a_job_that_waits_is_cancelled_at_once_and_never_done(kinds: Any, cast: Cast):
    done: list[int] = []

    def do(context: JobContext, given: dict[str, Any]) -> dict[str, Any]:
        done.append(1)
        return {}

    kinds(Kind("own", "Own", do))
    officer = cast.user("bureau", "officer")
    job = do_start_job("own", {}, acting_user=officer)
    with pytest.raises(Job.DoesNotExist):
        do_cancel_job(job.pk, acting_user=cast.user("emitter", "officer"))
    assert do_cancel_job(job.pk, acting_user=officer).state == State.CANCELLED
    assert work_off() == 0 and done == []
    with pytest.raises(InputRejected, match=r"jobs\.E003"):
        do_cancel_job(job.pk, acting_user=officer)
    assert AuditEntry.objects.filter(action="jobs.cancel").count() == 1


def test_a_job_that_runs_is_cancelled_at_its_next_step(kinds: Any):
    went_on: list[int] = []

    def do(context: JobContext, given: dict[str, Any]) -> dict[str, Any]:
        do_cancel_job(context.job, acting_user=HOUSE)
        try:
            context.tell(Text("Next", "下一步"), 0.5)
        except Exception:  # what is on the way may take faults for its own; being cancelled is none
            went_on.append(1)
        went_on.append(2)
        return {}

    kinds(Kind("long", "Long", do))
    job = do_start_job("long", {}, acting_user=HOUSE)
    work_off()
    job.refresh_from_db()
    assert job.state == State.CANCELLED and went_on == []


def test_who_was_taken_for_dead_and_is_not_changes_nothing(kinds: Any):
    """A worker that was only slow meets another try of the job and leaves off."""

    def do(context: JobContext, given: dict[str, Any]) -> dict[str, Any]:
        Job.objects.filter(pk=context.job).update(attempts=context.attempt + 1)
        if given["tells"]:
            context.tell(Text("Next", "下一步"), 0.5)
        return {"mine": True}

    kinds(Kind("slow", "Slow", do))
    for tells in (True, False):
        job = do_start_job("slow", {"tells": tells}, acting_user=HOUSE)
        work_off()
        job.refresh_from_db()
        assert (job.state, job.result, job.part) == ("running", None, 0.0)
