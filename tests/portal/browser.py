"""The site served as it is, and visitors who come to it with a real browser."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.db import connection
from django.test import override_settings
from tests.chromium import CHROMIUM, IN_CHROMIUM, QUIET
from tests.portal.shelf import on_shelf

AXE = (Path(__file__).parent / "vendor" / "axe" / "axe.min.js").read_text("utf-8")
PASSWORD = "correct horse battery staple"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
DESK, PHONE = (1440, 900), (390, 844)

# The last has the tests' own database made; what is done there is done by the site's threads.
ON_THE_SITE = [*IN_CHROMIUM, pytest.mark.django_db]


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """A test is no place for a log of requests."""


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any, shelf: Path, city: Path) -> Iterator[str]:
    """The address of the site, served as it is, with the demonstration in its books; one for all that follow."""
    with django_db_blocker.unblock(), _served(shelf, city) as address:
        yield address


@pytest.fixture(scope="module")
def site_at_first(django_db_setup: None, django_db_blocker: Any, shelf: Path, city: Path) -> Iterator[str]:
    """Likewise, before anything of carbon inclusion is in the books."""
    with django_db_blocker.unblock(), _served(shelf, city, carbon_inclusion=False) as address:
        yield address


@contextmanager
def _served(shelf: Path, city: Path, *, carbon_inclusion: bool = True) -> Iterator[str]:
    """The server has connections of its own, so what is in the books is committed, and taken away at the end."""
    from allauth.mfa.totp.internal.auth import TOTP

    from tanheng.people.models import User
    from tanheng.portal import demo_books
    from tanheng.portal.wsgi import application

    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(**on_shelf(shelf, city), TANHENG_DEMO=True, PASSWORD_HASHERS=quick):
        demo_books.make(carbon_inclusion=carbon_inclusion)
        officer = User.objects.get(username="demo-officer")
        officer.set_password(PASSWORD)
        officer.save(update_fields=["password"])
        TOTP.activate(officer, SECRET)
        server = ThreadedWSGIServer(("127.0.0.1", 0), _Silent, connections_override=None)
        server.daemon_threads = True
        server.set_app(application)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        server.server_close()
        thread.join()
        # A thread that still waits for its browser would keep the database from being taken away.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    # Playwright runs a loop of its own in this thread; Django would take a test's own statements for asynchronous.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Visitor:
    """A browser of somebody's own, and what it complained of."""

    def __init__(self, chromium: Any, site: str, size: tuple[int, int], language: str = "en-GB") -> None:
        self.site, self.complaints, self.asked = site, list[str](), list[str]()
        self.context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, locale=language)
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def _note(self, said: Any) -> None:
        # Without a graphics card the browser draws a map by itself, and says that this is slow.
        if said.type in ("error", "warning") and "GL Driver Message" not in said.text:
            self.complaints.append(said.text)

    def goes(self, path: str) -> None:
        self.page.goto(f"{self.site}{path}")

    def is_let_in_as(self, name: str) -> None:
        self.goes("/")
        self.page.click(f'button[value="demo-{name}"]')
        self.page.wait_for_selector("nav.places", state="attached")

    def is_at_ease(self) -> None:
        """No violation of the policy, no fault of a script, nothing from elsewhere, no wider than the screen."""
        # Two frames later the browser has said what it had to say.
        wide = self.page.evaluate(
            """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(
                document.documentElement.scrollWidth - document.documentElement.clientWidth))))"""
        )
        assert self.complaints == []
        assert [url for url in self.asked if not url.startswith((self.site, "data:", "blob:"))] == []
        assert wide <= 0, f"{self.page.url} is {wide} pixels wider than the screen"

    def meets_no_barrier(self) -> None:
        """What axe-core calls serious or critical."""
        # By the debugger, past the policy: the tests' own script is not the site's.
        self.page.evaluate(AXE)
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        serious = [
            (fault["id"], [node["html"][:160] for node in fault["nodes"][:3]])
            for fault in found["violations"]
            if fault["impact"] in ("serious", "critical")
        ]
        assert serious == [], f"{self.page.url}: {serious}"

    def leaves(self) -> None:
        self.context.close()


def seals() -> None:
    """As the job does it."""
    from tanheng.transparency.sealing import seal

    for_good(seal)


def for_good(deed: Callable[[], Any]) -> None:
    """On a connection of its own: what a test does itself is never committed."""

    def job() -> None:
        deed()
        connection.close()

    thread = threading.Thread(target=job)
    thread.start()
    thread.join()


def code_now() -> str:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return str(format_hotp_value(hotp_value(SECRET, int(time.time()) // 30)))
