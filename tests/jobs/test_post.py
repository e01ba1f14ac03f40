"""Mail waits in the queue: sent once, tried again, never for what was taken back, and never readable there."""

from __future__ import annotations

import smtplib
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives, send_mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from tests.people.cast import make_cast

from tanheng.jobs import post
from tanheng.jobs.models import Letter
from tanheng.jobs.worker import work_off
from tanheng.people.actions import do_invite

pytestmark = pytest.mark.django_db
QUEUED = "tanheng.jobs.post.QueuedMail"
IN_HAND = "django.core.mail.backends.locmem.EmailBackend"


class Away(BaseEmailBackend):
    """A mail server that is away."""

    def send_messages(self, email_messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected("nobody answers")


@pytest.fixture(autouse=True)
def _queue(settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.TANHENG_MAIL_BACKEND = QUEUED, IN_HAND


def hours_later() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")


def test_an_invitation_is_sent_by_the_worker_and_its_key_is_not_to_be_read_before():
    cast = make_cast()
    _invitation, key = do_invite(
        cast.organisation("emitter"), "li@example.org", "reader", acting_user=cast.user("bureau", "administrator")
    )
    letter = Letter.objects.get()
    assert mail.outbox == [] and letter.recipients == ["li@example.org"]
    assert letter.sealed is not None and key.encode() not in bytes(letter.sealed)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs")
        assert cursor.fetchall() == [(f'{{"letter": {letter.pk}}}',)]
    work_off()
    (sent,) = mail.outbox
    assert sent.to == ["li@example.org"] and key in sent.body
    letter.refresh_from_db()
    assert (letter.state, letter.ended_at is None) == ("done", False)
    assert not letter.sealed, "its text is gone"


def test_what_is_taken_back_is_never_sent():
    with pytest.raises(RuntimeError), transaction.atomic():
        send_mail("x", "y", None, ["li@example.org"])
        raise RuntimeError
    assert work_off() == 0 and mail.outbox == []


def test_while_the_mail_server_is_away_a_letter_waits_and_is_sent_once_it_is_back(settings: Any):
    settings.TANHENG_MAIL_BACKEND = f"{Away.__module__}.Away"
    send_mail("Subject", "Body", "us@example.org", ["li@example.org"])
    assert work_off() == 1
    letter = Letter.objects.get()
    assert (letter.state, letter.attempts) == ("waiting", 1) and "nobody answers" in letter.said
    assert work_off() == 0, "not at once again"
    settings.TANHENG_MAIL_BACKEND = IN_HAND
    hours_later()
    assert work_off() == 1
    assert [(each.subject, each.body, each.from_email) for each in mail.outbox] == [
        ("Subject", "Body", "us@example.org")
    ]


def test_after_two_days_a_letter_is_given_up_and_its_text_is_gone(settings: Any):
    settings.TANHENG_MAIL_BACKEND = f"{Away.__module__}.Away"
    send_mail("Subject", "Body", None, ["li@example.org"])
    for _try in range(len(post.WAITS) + 1):
        assert work_off() == 1
        hours_later()
    letter = Letter.objects.get()
    assert (letter.state, letter.sealed, letter.attempts) == ("failed", None, len(post.WAITS) + 1)
    assert work_off() == 0


def test_all_that_a_letter_is_arrives():
    message = EmailMultiAlternatives(
        "题目",
        "文",
        "us@example.org",
        ["a@example.org"],
        bcc=["b@example.org"],
        cc=["c@example.org"],
        headers={"X-A": "b"},
    )
    message.attach_alternative("<p>文</p>", "text/html")
    message.send()
    work_off()
    (sent,) = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    assert (sent.subject, sent.body, sent.cc, sent.bcc) == ("题目", "文", ["c@example.org"], ["b@example.org"])
    assert sent.extra_headers == {"X-A": "b"} and [*sent.alternatives[0]] == ["<p>文</p>", "text/html"]


def test_an_attachment_is_refused_where_it_is_written():
    message = EmailMultiAlternatives("x", "y", None, ["a@example.org"])
    message.attach("a.txt", "text", "text/plain")
    with pytest.raises(ValueError, match="put a link"):
        message.send()
