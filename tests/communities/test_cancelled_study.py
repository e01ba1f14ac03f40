"""A study is cancelled from its page while a worker works it out: it stops at once, leaves nothing and says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.jobs.worker_process import comes_to, started

from tanheng.communities.calculating import KIND
from tanheng.communities.models import Study
from tanheng.communities.studied import studies_folder
from tanheng.jobs.actions import do_start_job
from tanheng.jobs.models import Job
from tanheng.jobs.progress import Cancelled, JobContext
from tanheng.measures.quiet.calculation import terrain_of
from tanheng.measures.quiet.facades import facade_receivers
from tanheng.measures.quiet.places.generated import make_quarter
from tanheng.measures.quiet.settings import Settings
from tanheng.measures.quiet.transfer.walking import TOGETHER
from tanheng.people.models import Membership, Organisation, Role, User

pytestmark = pytest.mark.django_db(transaction=True)
# Every floor of a quarter of a square kilometre: a minute of work, of which the test waits for the first moments.
LONG: dict[str, Any] = {"seed": 440300, "area_km2": 0.25, "every_floor": 1, "method": "cnossos"}


@pytest.fixture(autouse=True)
def _queue_is_emptied() -> Iterator[None]:
    yield
    # Tables of the queue are none of Django's models, so no test empties them.
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers, procrastinate_periodic_defers CASCADE")


def _folders() -> set[str]:
    return {each.name for each in studies_folder().iterdir()} if studies_folder().is_dir() else set()


def _officer() -> tuple[User, Client]:
    bureau = Organisation.objects.create(kind="bureau", name="bureau", district="")
    user = User.objects.create_user("officer", name="officer")
    Membership.objects.create(user=user, organisation=bureau, role=Role.OFFICER)
    client = Client()
    client.force_login(user)
    return user, client


def test_a_cancelled_study_stops_within_a_few_receivers_and_leaves_nothing(tmp_path: Path) -> None:
    quarter = make_quarter(LONG["seed"], LONG["area_km2"])
    receivers = facade_receivers(quarter, Settings(every_floor=1), terrain_of(quarter)).num_rows
    assert receivers > 100 * TOGETHER, "it is long enough to be stopped"
    before = _folders()
    user, client = _officer()
    job = do_start_job(KIND, LONG, acting_user=user)
    with started(TMPDIR=str(tmp_path)):

        def under_way() -> bool:
            job.refresh_from_db()
            assert not job.ended_at, (job.problems, job.fault)
            return job.state == "running" and job.part > 0.05

        comes_to(under_way, 240)
        page = client.get(reverse("job", args=[job.pk])).content.decode()
        assert "Sound on its way to the façades" in page and "Cancel the job" in page
        told = client.post(reverse("cancel_job", args=[job.pk]), follow=True)
        assert "The job will stop at its next step." in told.content.decode()
        job.refresh_from_db()
        asked_at = job.part
        comes_to(lambda: Job.objects.get(pk=job.pk).ended_at, 60)
    job.refresh_from_db()
    assert (job.state, job.result) == ("cancelled", None) and not job.problems and not job.fault
    more = (job.part - asked_at) / 0.9 * receivers
    assert 0 <= more <= 2 * TOGETHER, f"{more:.0f} receivers were worked out after it was asked to stop"
    assert _folders() == before and not Study.objects.exists()
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith("tanheng-noise-")] == []
    page = client.get(reverse("job", args=[job.pk])).content.decode()
    assert "It was cancelled." in page and "Cancel the job" not in page
    zh = client.get(reverse("job", args=[job.pk]), headers={"accept-language": "zh-hans"}).content.decode()
    assert "已取消" in zh


def test_who_cancels_at_the_last_moment_keeps_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """All is worked out, and nothing of it is kept."""
    from tests.communities.sight.kept_study import with_traffic

    from tanheng.communities import calculating

    monkeypatch.setattr("tanheng.communities.studied.data_folder", lambda: tmp_path)
    monkeypatch.setattr(calculating, "calculate", lambda *_given, **_told: with_traffic())
    steps: list[str] = []

    def ask(_statement: str, values: list[Any]) -> tuple[bool]:
        steps.append(values[0])
        return (values[0] == "Keeping the study",)

    context = JobContext(1, 1, ask=ask)
    with pytest.raises(Cancelled):
        calculating.work_out(context, {"of": "", **LONG, "area_km2": 0.25, "every_floor": 3})
    assert steps[-1] == "Keeping the study"
    assert not Study.objects.exists() and not (tmp_path / "noise").exists()
    kept = calculating.work_out(JobContext(1, 1, ask=lambda *_told: (False,)), {"of": "", **LONG, "area_km2": 0.25})
    assert Study.objects.get().digest == kept["study"] and (tmp_path / "noise" / kept["study"]).is_dir()
