"""What the house does by itself leaves word of what became of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from django.utils import timezone
from tests.people.cast import make_cast

from tanheng.jobs import routines
from tanheng.jobs.access import access_last_rounds
from tanheng.jobs.models import LastRound
from tanheng.jobs.routines import ROUTINES, Routine, do_round
from tanheng.jobs.worker import _routine
from tanheng.people.rights import Refused
from tanheng.problems import reject
from tanheng.text import Text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = dict(ROUTINES)
    yield
    ROUTINES.clear()
    ROUTINES.update(before)


def test_a_round_is_on_record_and_a_failed_one_leaves_when_it_was_last_done(caplog: pytest.LogCaptureFixture):
    outcome: list[Exception] = []

    def do() -> Text:
        if outcome:
            raise outcome[0]
        return Text("all well", "一切正常")

    routines.register(Routine("look", "Look", "daily", "0 0 * * *", do))
    done = do_round("look")
    assert (done.state, done.outcome, done.problems, done.fault) == ("done", "all well", [], "")
    outcome.append(reject("test.E001", "ledger", "does not agree"))
    failed = do_round("look")
    assert (failed.state, failed.done_at) == ("failed", done.done_at)
    assert [each.message for each in failed.faults] == ["does not agree"]
    outcome[0] = ZeroDivisionError("ours")
    with caplog.at_level(logging.ERROR, logger="tanheng.jobs"):
        broken = do_round("look")
    assert broken.problems == [] and broken.fault and broken.fault in caplog.text
    assert LastRound.objects.count() == 1


def test_the_houses_own_routines_do_what_they_say():
    assert set(ROUTINES) == {"seal_log", "work_queue", "check_ledger", "lapse", "tidy"}
    for name in ROUTINES:
        done = do_round(name)
        assert (done.state, done.problems, done.fault) == ("done", [], ""), name
        assert done.said is not None and done.said["en"] and done.said["zh"]


def test_daily_ones_come_at_night_and_the_log_is_sealed_each_minute():
    """As croniter, by which the queue goes, reads them."""
    import procrastinate
    from procrastinate.testing import InMemoryConnector

    app = procrastinate.App(connector=InMemoryConnector())
    for routine in ROUTINES.values():
        _routine(app, routine)  # type: ignore[arg-type]
    noon = timezone.datetime(2026, 11, 22, 12, 0, tzinfo=timezone.get_default_timezone()).timestamp()  # type: ignore[attr-defined]
    waits = {}
    for (_task, name), periodic in app.periodic_registry.periodic_tasks.items():
        following = periodic.croniter.get_next(ret_type=float, start_time=noon)
        waits[name] = (following - noon) / 60
    assert waits == {
        "seal_log": 1,
        "work_queue": 1,
        "check_ledger": 14 * 60 + 10,
        "lapse": 14 * 60 + 40,
        "tidy": 15 * 60 + 10,
    }


def test_the_seconds_between_sealings_are_parts_of_a_minute():
    from tanheng.portal.pace import seal_every

    assert seal_every("10") == 10
    for odd in ("5", "0", "61", "7", "a minute", ""):
        with pytest.raises(ValueError, match="TANHENG_SEAL_EVERY must be one of 10, 12"):
            seal_every(odd)


def test_what_the_house_does_is_for_who_looks_after_it():
    cast = make_cast()
    for role in ("administrator", "officer"):
        access_last_rounds(cast.user("bureau", role))
    for organisation, role in (("bureau", "reader"), ("branch", "officer"), ("emitter", "administrator")):
        with pytest.raises(Refused):
            access_last_rounds(cast.user(organisation, role))
