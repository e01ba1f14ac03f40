"""The site as it is set up where nobody sets anything."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from tests.database.commands import House

from tanheng.portal.keys import secret_key
from tanheng.portal.mail import mail_settings
from tanheng.portal.middleware import CallersAddress


def test_djangos_own_checks_for_deployment_find_nothing(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env=House(tmp_path / "data").environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/login/", "/api/people/me", "/nowhere", "/static/mfa/js/webauthn.js"])
def test_every_answer_forbids_scripts_of_others_and_frames(path: str):
    answer = Client().get(path)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/", "/accounts/signup/"])
def test_the_pages_live_with_that_policy(path: str):
    import re

    page = Client().get(path).content.decode()
    for tag in re.findall(r"<script[^>]*>", page):
        assert "src=" in tag or 'type="application/json"' in tag, f"would not run: {tag}"
    assert not re.search(r"<style|style=\"|\son\w+=\"", page)
    assert not re.search(r'(src|href)="(https?:)?//', page), "nothing comes from elsewhere"


@pytest.mark.django_db
def test_without_tls_one_is_sent_to_it_and_cookies_stay_with_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "SECURE_SSL_REDIRECT", True)
    plain = Client().get("/accounts/login/")
    assert (plain.status_code, plain.headers["Location"]) == (301, "https://testserver/accounts/login/")
    safe = Client().get("/accounts/login/", secure=True)
    assert safe["Strict-Transport-Security"] == "max-age=31536000"
    cookie = safe.cookies[settings.CSRF_COOKIE_NAME]
    assert cookie["secure"] and settings.CSRF_COOKIE_NAME.startswith("__Host-")
    assert settings.SESSION_COOKIE_SECURE and settings.SESSION_COOKIE_HTTPONLY


def callers_address(proxies: int, header: str | None, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(settings, "TANHENG_PROXIES", proxies)
    seen: list[str] = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    extra: dict[str, Any] = {} if header is None else {"HTTP_X_FORWARDED_FOR": header}
    CallersAddress(answer)(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", **extra))
    return seen[0]


@pytest.mark.parametrize(
    ("proxies", "header", "caller"),
    [
        (0, "203.0.113.9", "10.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "127.0.0.1, 203.0.113.9", "203.0.113.9"),
        (2, "127.0.0.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (1, None, "10.0.0.1"),
    ],
)
def test_nobody_calls_under_an_address_that_they_wrote_themselves(
    proxies: int, header: str | None, caller: str, monkeypatch: pytest.MonkeyPatch
):
    assert callers_address(proxies, header, monkeypatch) == caller


def test_mail_goes_to_files_unless_a_server_is_named(tmp_path: Path):
    assert mail_settings("", tmp_path)["EMAIL_BACKEND"].endswith("filebased.EmailBackend")  # type: ignore[attr-defined]
    sent = mail_settings("smtp://post%40office:p%3Aw@mail.example.org", tmp_path)
    assert (sent["EMAIL_HOST"], sent["EMAIL_PORT"], sent["EMAIL_USE_TLS"]) == ("mail.example.org", 587, True)
    assert (sent["EMAIL_HOST_USER"], sent["EMAIL_HOST_PASSWORD"]) == ("post@office", "p:w")
    assert mail_settings("smtps://mail.example.org", tmp_path)["EMAIL_PORT"] == 465
    with pytest.raises(ValueError, match="TANHENG_MAIL must be") as refused:
        mail_settings("http://user:hush@mail", tmp_path)
    assert "hush" not in str(refused.value)


def test_the_key_of_the_house_is_made_once_and_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("TANHENG_SECRET_KEY", raising=False)
    key = secret_key(tmp_path / "data")
    assert len(key) >= 64
    assert secret_key(tmp_path / "data") == key
    assert secret_key(tmp_path / "other") != key
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("TANHENG_SECRET_KEY", "given")
    assert secret_key(tmp_path / "data") == "given"


def test_threads_that_make_the_key_at_once_have_the_same_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("TANHENG_SECRET_KEY", raising=False)
    start = Barrier(8)

    def make(_n: int) -> str:
        start.wait(10)
        return secret_key(tmp_path / "data")

    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(make, range(8)))) == 1
    assert [file.name for file in (tmp_path / "data").iterdir()] == ["secret_key"]
