"""Sign-in as a browser does it: password, second factor, passkey, lock-out, sessions that end."""

from __future__ import annotations

import json
import re
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from axes.models import AccessAttempt
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests.people.cast import Cast, make_cast
from tests.people.passkey import Passkey

from tanheng.people.actions import do_block_user
from tanheng.people.middleware import BEGAN, SEEN
from tanheng.people.models import AuditEntry, User
from tanheng.people.rights import HOUSE

pytestmark = pytest.mark.django_db

GOOD = "correct horse battery staple"
HOST = "carbon.example.org"
ORIGIN = f"https://{HOST}"
LOGIN = "/accounts/login/"
SECOND = "/accounts/2fa/authenticate/"
TOTP = "/accounts/2fa/totp/activate/"
KEYS = "/accounts/2fa/webauthn/"
HOME = "/accounts/2fa/"


class Browser(Client):
    """A browser on the site, with TLS."""

    def generic(self, method: str, path: Any, *args: Any, **options: Any) -> Any:
        options["secure"] = True
        options["HTTP_HOST"] = HOST
        return super().generic(method, path, *args, **options)

    def signs_in(self, username: str, password: str = GOOD) -> Any:
        return self.post(LOGIN, {"login": username, "password": password})

    def says_the_password_again(self) -> None:
        """What changes how one signs in wants it, even just after."""
        assert self.post("/accounts/reauthenticate/", {"password": GOOD}).status_code == 302

    @property
    def is_in(self) -> Any:
        return self.get(HOME).status_code == 200


@pytest.fixture(autouse=True)
def _host(settings: Any) -> None:
    settings.ALLOWED_HOSTS = [HOST]


@pytest.fixture
def user() -> User:
    return User.objects.create_user("wang", "wang@example.org", GOOD, name="Wang")


@pytest.fixture
def browser() -> Browser:
    return Browser()


class Phone:
    """An app that shows codes, and whose half minutes go by when the test says so."""

    def __init__(self) -> None:
        self.half_minutes = int(time.time()) // 30

    def time(self) -> int:
        return self.half_minutes * 30

    def code(self, secret: str, *, ahead: int = 0) -> str:
        return str(format_hotp_value(hotp_value(secret, self.half_minutes + ahead)))


@pytest.fixture
def phone(monkeypatch: pytest.MonkeyPatch) -> Phone:
    phone = Phone()
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", phone)
    return phone


def with_totp(browser: Browser, phone: Phone) -> str:
    """Set up an app that shows codes, as the page asks for it."""
    browser.says_the_password_again()
    page = browser.get(TOTP)
    assert page.status_code == 200
    secret = str(page.context["form"].secret)
    done = browser.post(TOTP, {"code": phone.code(secret)})
    assert done.status_code == 302, done.context["form"].errors
    return secret


def with_passkey(browser: Browser) -> Passkey:
    passkey = Passkey(ORIGIN)
    browser.says_the_password_again()
    page = browser.get(KEYS + "add/").content.decode()
    # As the browser gets it: through JSON in the page.
    found = re.search(r'id="js_data"[^>]*>(.*?)</script>', page, re.S)
    assert found
    options = json.loads(found.group(1))
    answer = passkey.create(options["creation_options"])
    done = browser.post(KEYS + "add/", {"name": "phone", "passwordless": "on", "credential": answer})
    assert done.status_code == 302, done.context["form"].errors
    return passkey


def trail(action: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=action).order_by("id"))


# Password


def test_with_the_password_one_is_in_and_the_trail_says_so(browser: Browser, user: User):
    assert not browser.is_in
    assert browser.signs_in("wang").status_code == 302
    assert browser.is_in
    (row,) = trail("people.sign_in")
    assert (row.actor, row.subject, row.new, row.origin) == (
        user,
        f"user {user.pk}",
        {"methods": ["password"]},
        "page 127.0.0.1",
    )
    browser.post("/accounts/logout/")
    assert not browser.is_in
    assert [row.actor for row in trail("people.sign_out")] == [user]


@pytest.mark.parametrize("username", ["wang", "nobody"])
def test_with_a_wrong_password_nobody_is_in_and_nobody_learns_who_exists(browser: Browser, user: User, username: str):
    page = browser.signs_in(username, "something else 123")
    assert page.status_code == 200
    errors = page.context["form"].errors.as_json()
    assert not browser.is_in
    assert errors == browser.signs_in("nobody at all", "something else 123").context["form"].errors.as_json()


def test_who_is_blocked_is_out_at_the_next_request_and_does_not_come_in(browser: Browser, user: User):
    browser.signs_in("wang")
    assert browser.is_in
    do_block_user(user, "left", acting_user=HOUSE)
    assert not browser.is_in
    browser.signs_in("wang")
    assert not browser.is_in


def test_nobody_makes_an_account_for_themselves(browser: Browser):
    values = {"username": "mallory", "email": "m@example.org", "password1": GOOD, "password2": GOOD}
    browser.post("/accounts/signup/", values)
    assert not User.objects.exists()


def test_a_session_gets_a_new_name_at_sign_in(browser: Browser, user: User):
    browser.get(LOGIN)
    before = browser.session.session_key
    browser.signs_in("wang")
    assert browser.session.session_key != before


def test_a_changed_password_ends_the_session_and_is_in_the_trail(browser: Browser, user: User):
    browser.signs_in("wang")
    other = Browser()
    other.signs_in("wang")
    new = "another horse in the stable"
    browser.post("/accounts/password/change/", {"oldpassword": GOOD, "password1": new, "password2": new})
    assert [row.actor for row in trail("people.password_changed")] == [user]
    assert not other.is_in, "a session that somebody else holds must end with the old password"
    assert Browser().signs_in("wang", new).status_code == 302


def test_a_forgotten_password_is_made_anew_by_mail(browser: Browser, user: User):
    browser.post("/accounts/password/reset/", {"email": "wang@example.org"})
    (letter,) = mail.outbox
    link = re.search(rf"{ORIGIN}(/\S+)", str(letter.body))
    assert link
    page = browser.get(link.group(1), follow=True)
    new = "another horse in the stable"
    browser.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    assert [row.actor for row in trail("people.password_reset")] == [user]
    assert browser.signs_in("wang", new).status_code == 302
    browser.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert len(mail.outbox) == 1, "no mail goes to strangers"


# Lock-out


def test_five_wrong_passwords_close_the_name_for_a_while_from_everywhere(browser: Browser, user: User):
    for _attempt in range(5):
        browser.signs_in("wang", "something else 123")
    far = Browser(REMOTE_ADDR="192.0.2.9")
    far.signs_in("wang")
    assert not far.is_in, "slowed down after five in five minutes"
    cache.clear()
    assert far.signs_in("wang").status_code == 429, "and locked out when those five minutes are over"
    assert not far.is_in
    for _attempt in range(5):
        cache.clear()
        far.signs_in("wang")
    assert [row.subject for row in trail("people.lock_out")] == [f"user {user.pk}"], "told once, not with each attempt"
    cache.clear()
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    elsewhere = Browser(REMOTE_ADDR="192.0.2.9")
    elsewhere.signs_in("wang")
    assert elsewhere.is_in, "after a quarter of an hour the name is open again"


def test_four_wrong_passwords_do_not(browser: Browser, user: User):
    for _attempt in range(4):
        browser.signs_in("wang", "something else 123")
    browser.signs_in("wang")
    assert browser.is_in


def test_the_names_of_others_stay_open(browser: Browser, user: User):
    for _attempt in range(6):
        browser.signs_in("nobody", "something else 123")
    other = Browser(REMOTE_ADDR="192.0.2.9")
    other.signs_in("wang")
    assert other.is_in
    assert trail("people.lock_out") == [], "a stranger cannot write names of their own into the trail"


# Codes


def test_with_a_second_factor_the_password_alone_is_not_enough(browser: Browser, user: User, phone: Phone):
    browser.signs_in("wang")
    secret = with_totp(browser, phone)
    assert [row.new for row in trail("people.second_factor_added")] == [{"type": "totp"}, {"type": "recovery_codes"}]
    phone.half_minutes += 1
    other = Browser()
    assert other.signs_in("wang").url == SECOND
    assert not other.is_in
    other.post(SECOND, {"code": phone.code(secret, ahead=7)})
    assert not other.is_in
    other.post(SECOND, {"code": phone.code(secret)})
    assert other.is_in
    assert trail("people.sign_in")[-1].new == {"methods": ["password", "mfa"]}


def test_a_code_serves_once(browser: Browser, user: User, phone: Phone):
    browser.signs_in("wang")
    secret = with_totp(browser, phone)
    phone.half_minutes += 1
    one, two = Browser(), Browser()
    for each in (one, two):
        each.signs_in("wang")
        each.post(SECOND, {"code": phone.code(secret)})
    assert one.is_in
    assert not two.is_in, "a code that somebody looked at must not open a second time"


def test_the_secret_of_the_codes_cannot_be_read_in_the_database(browser: Browser, user: User, phone: Phone):
    browser.signs_in("wang")
    secret = with_totp(browser, phone)
    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert "gAAAA" in kept


def test_each_recovery_code_opens_once(browser: Browser, user: User, phone: Phone):
    browser.signs_in("wang")
    with_totp(browser, phone)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    assert len(codes) == 10
    one, two = Browser(), Browser()
    for each in (one, two):
        each.signs_in("wang")
        each.post(SECOND, {"code": codes[0]})
    assert one.is_in and not two.is_in


def test_codes_cannot_be_tried_through(browser: Browser, user: User, phone: Phone):
    browser.signs_in("wang")
    secret = with_totp(browser, phone)
    phone.half_minutes += 1
    other = Browser()
    other.signs_in("wang")
    for wrong in range(1, 7):
        other.post(SECOND, {"code": phone.code(secret, ahead=wrong)})
    other.post(SECOND, {"code": phone.code(secret)})
    assert not other.is_in, "after five wrong codes the right one does not open for a while"


# Passkeys


def test_a_passkey_opens_without_a_password(browser: Browser, user: User):
    browser.signs_in("wang")
    passkey = with_passkey(browser)
    other = Browser()
    options = other.get(KEYS + "login/", HTTP_ACCEPT="application/json").json()["request_options"]
    assert other.post(KEYS + "login/", {"credential": passkey.get(options)}).status_code == 302
    assert other.is_in
    assert trail("people.sign_in")[-1].new == {"methods": ["mfa"]}


def test_a_passkey_is_a_second_factor_after_the_password(browser: Browser, user: User):
    browser.signs_in("wang")
    passkey = with_passkey(browser)
    other = Browser()
    assert other.signs_in("wang").url == SECOND
    page = other.get(SECOND)
    assert (
        other.post(SECOND, {"credential": passkey.get(page.context["js_data"]["request_options"])}).status_code == 302
    )
    assert other.is_in


def test_a_passkey_of_another_site_key_or_challenge_opens_nothing(browser: Browser, user: User):
    browser.signs_in("wang")
    passkey = with_passkey(browser)

    def comes_in(using: Passkey, **other_options: str) -> Any:
        other = Browser()
        options = other.get(KEYS + "login/", HTTP_ACCEPT="application/json").json()["request_options"]
        options["publicKey"].update(other_options)
        other.post(KEYS + "login/", {"credential": using.get(options)})
        return other.is_in

    forged = Passkey(ORIGIN)
    forged.credential_id, forged.user_handle = passkey.credential_id, passkey.user_handle
    assert not comes_in(forged), "another key under the same name"
    assert not comes_in(passkey, challenge="AAAAAAAAAAAAAAAAAAAAAA"), "an answer recorded before"
    assert not comes_in(passkey, rpId="example.org"), "made for another site"
    passkey.origin = "https://carbon.example.net"
    assert not comes_in(passkey), "asked by a page that looks like ours"
    passkey.origin = ORIGIN
    assert comes_in(passkey)


def test_who_guesses_passwords_does_not_keep_the_owner_of_a_passkey_out(browser: Browser, user: User):
    browser.signs_in("wang")
    passkey = with_passkey(browser)
    for _attempt in range(6):
        Browser(REMOTE_ADDR="192.0.2.9").signs_in("wang", "something else 123")
    other = Browser()
    options = other.get(KEYS + "login/", HTTP_ACCEPT="application/json").json()["request_options"]
    other.post(KEYS + "login/", {"credential": passkey.get(options)})
    assert other.is_in


# Sessions


@pytest.mark.parametrize(
    ("name", "age", "stays"),
    [
        (SEEN, timedelta(minutes=29), True),
        (SEEN, timedelta(minutes=31), False),
        (BEGAN, timedelta(hours=11, minutes=59), True),
        (BEGAN, timedelta(hours=12, minutes=1), False),
    ],
)
def test_a_session_ends_after_half_an_hour_idle_and_after_twelve_hours_in_any_case(
    browser: Browser, user: User, name: str, age: timedelta, stays: bool
):
    browser.signs_in("wang")
    session = browser.session
    session[name] = (timezone.now() - age).isoformat()
    session.save()
    assert browser.is_in == stays
    assert [row.origin for row in trail("people.sign_out")] == ([] if stays else ["page 127.0.0.1"])


def test_a_request_begins_the_half_hour_anew(browser: Browser, user: User):
    browser.signs_in("wang")
    session = browser.session
    session[SEEN] = (timezone.now() - timedelta(minutes=20)).isoformat()
    session.save()
    assert browser.is_in
    assert timezone.now() - datetime.fromisoformat(browser.session[SEEN]) < timedelta(minutes=1)


def test_a_session_that_does_not_know_when_it_began_is_none(browser: Browser, user: User):
    browser.signs_in("wang")
    session = browser.session
    del session[BEGAN]
    session.save()
    assert not browser.is_in


# A second factor is required


def test_without_a_second_factor_one_gets_only_to_where_it_is_made(browser: Browser, settings: Any, phone: Phone):
    settings.TANHENG_SECOND_FACTOR = "required"
    cast: Cast = make_cast()
    officer = cast.user("bureau", "officer")
    officer.set_password(GOOD)
    officer.save()
    browser.signs_in(officer.username)
    refused = browser.get("/api/people/organisations")
    assert refused.status_code == 403
    assert refused.json()["code"] == "people.second-factor"
    assert browser.get("/").headers["Location"] == HOME
    with_totp(browser, phone)
    assert browser.get("/api/people/organisations").status_code == 200
