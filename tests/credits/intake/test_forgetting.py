"""A person who is forgotten is named nowhere any more, and everything still adds up and can be checked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from uuid import UUID

import pyarrow.parquet as pq
import pytest
from django.db import IntegrityError, connection, transaction
from tests.credits.intake.sending import event, person, send
from tests.people.cast import Cast

from tanheng.credits.intake import forgetting
from tanheng.credits.intake.actions import do_forget_person
from tanheng.credits.intake.explaining import explain
from tanheng.credits.intake.models import Application, Batch, Forgetting, Rewritten, WorkedOut
from tanheng.credits.intake.results import folder_of, not_counted, person_reductions, require_whole
from tanheng.credits.intake.working_out import RESULTS, work_out
from tanheng.jobs.doing import do_job
from tanheng.jobs.models import Job
from tanheng.people.models import AuditEntry, User
from tanheng.people.rights import HOUSE, Refused
from tanheng.problems import InputRejected

DAY = date(2026, 3, 1)
GONE = UUID(int=1)
pytestmark = pytest.mark.usefixtures("published")


def run() -> WorkedOut:
    return work_out(DAY, DAY, acting_user=HOUSE, tell=lambda step, part: None)


def named(data: Path) -> set[str]:
    """Everybody who is named in any file."""
    return {name for file in data.rglob("*.parquet") for name in pq.read_table(file).column("person").to_pylist()}


@pytest.fixture
def worked(rides: Application, buses: Application) -> WorkedOut:
    send(rides, [event(1), event(2, person=person(2))])
    send(rides, [event(3, person=person(2))])
    send(buses, [event(1, event_id="B1")])
    return run()


def do_it(asked: Forgetting) -> None:
    job = Job.objects.get(kind=forgetting.KIND, arguments={"forgetting": asked.pk})
    assert job.entry is not None
    do_job(job.pk, job.entry)
    job.refresh_from_db()
    assert job.state == "done", (job.problems, job.fault)


def test_a_forgotten_person_is_named_nowhere_and_totals_stay(worked: WorkedOut, data: Path):
    before = sorted((each.reduction_g or 0) for each in person_reductions(worked))
    assert str(GONE) in named(data)
    asked = do_forget_person(GONE, acting_user=HOUSE)
    do_it(asked)
    asked.refresh_from_db()
    assert (asked.person, asked.files) == (None, 4)
    assert named(data) == {person(2), str(asked.stand_in)}
    assert list(person_reductions(worked, person=str(GONE))) == []
    assert sorted((each.reduction_g or 0) for each in person_reductions(worked)) == before
    assert not_counted(worked)[0]["person"] == str(asked.stand_in)
    for row in (*Job.objects.values_list("arguments", "result"), *AuditEntry.objects.values_list("old", "new")):
        assert str(GONE) not in str(row)


def test_results_can_still_be_checked_and_a_new_run_comes_to_the_same(worked: WorkedOut):
    do_it(do_forget_person(GONE, acting_user=HOUSE))
    require_whole(worked)
    again = run()
    assert (again.totals, again.counts) == (worked.totals, worked.counts)
    assert explain(worked, person(2), DAY).whys[0].result.reduction_g == 2 * 467
    file = folder_of(worked) / RESULTS
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(InputRejected, match=r"intake\.E041"):
        require_whole(worked)


def test_the_record_of_a_batch_keeps_the_hash_that_is_in_the_log(worked: WorkedOut):
    before = list(Batch.objects.order_by("pk").values_list("file_digest", flat=True))
    do_it(do_forget_person(GONE, acting_user=HOUSE))
    assert list(Batch.objects.order_by("pk").values_list("file_digest", flat=True)) == before
    assert set(Rewritten.objects.filter(batch__isnull=False).values_list("before", flat=True)) <= set(before)
    with pytest.raises(IntegrityError, match="written once"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE credit_intake_rewritten SET after = before")


def test_a_forgetting_that_died_half_way_ends_the_same(worked: WorkedOut, data: Path, monkeypatch: pytest.MonkeyPatch):
    asked = do_forget_person(GONE, acting_user=HOUSE)
    with monkeypatch.context() as broken:
        broken.setattr(forgetting, "write_for_good", lambda place, content: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            forgetting.forget(asked)
    assert str(GONE) in named(data)
    forgetting.forget(asked)
    assert str(GONE) not in named(data)
    require_whole(worked)
    assert forgetting.forget(asked) == asked.files, "and once more changes nothing"


def test_only_the_bureau_and_the_house_have_somebody_forgotten(cast: Cast, operator: User, bureau: User):
    with pytest.raises(Refused):
        do_forget_person(GONE, acting_user=operator)
    do_it(do_forget_person(GONE, acting_user=bureau))
