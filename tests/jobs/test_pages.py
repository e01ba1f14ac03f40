"""What the pages and the API say of a job: how far it is, what is wrong, what came of it."""

from __future__ import annotations

import json
import re
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.jobs.kinds_for_tests import kinds
from tests.people.cast import Cast, make_cast

from tanheng.jobs.actions import do_start_job
from tanheng.jobs.kinds import Kind
from tanheng.jobs.models import Job
from tanheng.jobs.progress import JobContext
from tanheng.jobs.taking_up import _decide
from tanheng.jobs.worker import work_off
from tanheng.people.actions import do_create_token
from tanheng.people.models import AuditEntry, User
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text

__all__ = ["kinds"]
ENGLISH, CHINESE = "en", "zh-hans"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def visits(user: User, language: str = ENGLISH) -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def page_of(client: Client, job: Job) -> str:
    answer = client.get(reverse("job", args=[job.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def faulty(context: JobContext, given: dict[str, Any]) -> dict[str, Any]:
    raise InputRejected(
        [
            Problem("intake.E010", "fuel_use.csv", 14, "mass_t", "-3", expected="0 or more", hint="Look at the scale"),
            Problem("intake.E011", "<b>power.csv</b>", 2, "day", "soon", message="is no date"),
        ]
    )


def test_each_fault_stands_on_the_page_with_its_place(kinds: Any, cast: Cast):
    kinds(Kind("faulty", "Faulty", faulty))
    officer = cast.user("bureau", "officer")
    job = do_start_job("faulty", {}, acting_user=officer)
    work_off()
    html = page_of(visits(officer), job)
    for said in ("fuel_use.csv", "line 14", "mass_t", "-3", "must be 0 or more", "Look at the scale", "intake.E010"):
        assert said in html, said
    assert html.count("<li>\n<b>") == 2 and "&lt;b&gt;power.csv&lt;/b&gt;" in html and "<b>power.csv" not in html
    chinese = page_of(visits(officer, CHINESE), job)
    assert "第 14 行" in chinese and "应为不小于 0" in chinese and "must be" not in chinese
    (problem, _other) = visits(officer).get(f"/api/jobs/{job.pk}").json()["problems"]
    assert (problem["file"], problem["line"], problem["column"], problem["value"]) == (
        "fuel_use.csv",
        14,
        "mass_t",
        "-3",
    )


def test_a_fault_of_ours_is_said_to_be_ours_with_its_number_and_without_its_text(kinds: Any, cast: Cast):
    def do(context: JobContext, given: dict[str, Any]) -> dict[str, Any]:
        raise ZeroDivisionError("with something secret in it")

    kinds(Kind("broken", "Broken", do))
    officer = cast.user("bureau", "officer")
    job = do_start_job("broken", {}, acting_user=officer)
    work_off()
    job.refresh_from_db()
    html = page_of(visits(officer), job)
    assert "not your doing" in html and job.fault in html and "secret" not in html
    home = visits(officer).get("/").content.decode()
    assert "Failed: Broken" in home


def test_what_failed_is_no_longer_to_do_once_it_is_asked_for_again(kinds: Any, cast: Cast):
    kinds(Kind("faulty", "Faulty", faulty))
    officer = cast.user("bureau", "officer")
    do_start_job("faulty", {}, acting_user=officer)
    work_off()
    do_start_job("faulty", {}, acting_user=officer)
    home = visits(officer).get("/").content.decode()
    assert "Failed: Faulty" not in home and "Faulty" in home


def test_the_page_is_asked_each_second_and_says_nothing_where_nothing_is_new(kinds: Any, cast: Cast):
    kinds(Kind("long", "Long", lambda context, given: {"url": "/measures/"}))
    officer = cast.user("bureau", "officer")
    job = do_start_job("long", {}, acting_user=officer)
    client = visits(officer)
    html = page_of(client, job)
    (where,) = re.findall(r'hx-get="([^"]+)" hx-trigger="every 1s"', html)
    assert '<noscript><meta http-equiv="refresh"' in html and 'aria-live="polite"' in html
    assert client.get(where).status_code == 204
    Job.objects.filter(pk=job.pk).update(state="running", attempts=1, step_en="Half", step_zh="一半", part=0.5)
    fragment = client.get(where)
    said = fragment.content.decode()
    assert fragment.status_code == 200 and "<html" not in said
    assert "Half" in said and 'value="50"' in said and "hx-get" in said
    assert "一半" in visits(officer, CHINESE).get(where).content.decode()
    Job.objects.filter(pk=job.pk).update(state="waiting", attempts=0)
    work_off()
    ended = client.get(where).content.decode()
    assert "hx-get" not in ended and 'href="/measures/"' in ended
    assert "http-equiv" not in page_of(client, job)


@pytest.mark.parametrize("url", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", 5, None])
def test_a_result_leads_nowhere_but_into_the_site(url: Any, kinds: Any, cast: Cast):
    kinds(Kind("odd", "Odd", lambda context, given: {"url": url}))
    officer = cast.user("bureau", "officer")
    job = do_start_job("odd", {}, acting_user=officer)
    work_off()
    assert "Open what came of it" not in page_of(visits(officer), job)


def test_a_job_taken_up_says_so_in_the_readers_language(kinds: Any, cast: Cast):
    kinds(Kind("long", "Long", lambda context, given: {}))
    officer = cast.user("bureau", "officer")
    job = do_start_job("long", {}, acting_user=officer)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM procrastinate_fetch_job_v2(NULL, (SELECT procrastinate_register_worker_v1()))")
    Job.objects.filter(pk=job.pk).update(state="running", attempts=1)
    job.refresh_from_db()
    _decide(job, True, job.asked_at)
    assert "Taken up again at" in page_of(visits(officer), job)
    chinese = page_of(visits(officer, CHINESE), job)
    assert "重新开始" in chinese and "Taken up" not in chinese
    assert work_off() == 1
    job.refresh_from_db()
    assert (job.state, job.attempts, job.lost) == ("done", 2, 1)


def test_a_program_asks_for_a_job_watches_it_and_needs_its_scope(kinds: Any, cast: Cast):
    kinds(Kind("add", "Add", lambda context, given: {"sum": given["a"] + 1}))
    officer = cast.user("bureau", "officer")
    keys = {
        scope: do_create_token(scope, [scope], days=1, acting_user=officer)[1] for scope in ("jobs:read", "jobs:write")
    }

    def asks(scope: str, method: str, path: str, body: Any = None) -> Any:
        return Client().generic(
            method,
            path,
            json.dumps(body) if body is not None else "",
            "application/json",
            headers={"Authorization": f"Bearer {keys[scope]}"},
        )

    new = {"kind": "add", "arguments": {"a": 1}}
    assert asks("jobs:read", "POST", "/api/jobs", new).status_code in (401, 403)
    made = asks("jobs:write", "POST", "/api/jobs", new)
    assert made.status_code == 202
    url = made.json()["url"]
    assert asks("jobs:write", "POST", "/api/jobs", new).json()["url"] == url, "asked twice, there is one"
    assert asks("jobs:read", "GET", url).json()["state"] == "waiting"
    work_off()
    seen = asks("jobs:read", "GET", url).json()
    assert (seen["state"], seen["part"], seen["result"]) == ("done", 1.0, {"sum": 2})
    assert [each["id"] for each in asks("jobs:read", "GET", "/api/jobs?state=done").json()["items"]] == [seen["id"]]
    assert asks("jobs:write", "POST", f"{url}/cancel").status_code == 422
    assert asks("jobs:write", "POST", "/api/jobs", {"kind": "nonsense"}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_at_once_one_makes_the_job(kinds: Any):
    kinds(Kind("shared", "Shared", lambda context, given: {}, shared=True))
    cast = make_cast()
    users = [cast.user("bureau", role) for role in ("officer", "approver", "auditor", "reader")]
    barrier, led_to, wrong = threading.Barrier(len(users)), [], list[BaseException]()

    def click(user: User) -> None:
        try:
            barrier.wait()
            led_to.append(do_start_job("shared", {"year": 2024}, acting_user=user).pk)
        except BaseException as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=[user]) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        assert wrong == [] and len(led_to) == len(users) and len(set(led_to)) == 1
        assert Job.objects.count() == AuditEntry.objects.filter(action="jobs.start").count() == 1
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs")
            assert cursor.fetchone() == (1,)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


def test_a_step_has_a_part_of_a_whole():
    with pytest.raises(ValueError, match="is no part of a whole"):
        JobContext(1, 1).tell(Text("x", "x"), 1.5)
