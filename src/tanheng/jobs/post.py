"""Mail: queued where it is written, sent by the worker, tried again while the mail server is away.

``QueuedMail`` is Django's e-mail backend of the house. What is written within a transaction is sent when it is
committed, and never when it is taken back. The text waits hidden: an invitation has a key in it that is kept nowhere
else.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import smtplib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from tanheng.jobs.kinds import QUICK
from tanheng.jobs.models import Letter, State
from tanheng.jobs.queue import LETTER, enter

_log = logging.getLogger("tanheng.jobs")

# After each try that failed; two days in all, then it is given up.
WAITS = (
    *(timedelta(minutes=each) for each in (1, 5, 15, 60)),
    *(timedelta(hours=each) for each in (2, 4, 8, 12, 24)),
)


class Later(Exception):
    """The letter could not be handed over; it is tried again after a while."""

    def __init__(self, after: timedelta) -> None:
        self.after = after
        super().__init__(f"tried again after {after}")


class QueuedMail(BaseEmailBackend):
    """Puts messages into the queue; ``settings.TANHENG_MAIL_BACKEND`` sends them."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue them, all or none."""
        with transaction.atomic():
            for message in email_messages:
                letter = Letter.objects.create(
                    recipients=message.recipients(), subject=str(message.subject), sealed=_seal(message)
                )
                enter(LETTER, QUICK, letter=letter.pk)
        return len(email_messages)


def send(letter_id: int) -> None:
    """Hand a letter to the mail server.

    Raises
    ------
    Later
        When the server is away or refuses for now.
    """
    letter = Letter.objects.filter(pk=letter_id, state=State.WAITING).first()
    if letter is None or letter.sealed is None:
        return
    letter.attempts += 1
    try:
        message = _open(bytes(letter.sealed))
        message.connection = get_connection(settings.TANHENG_MAIL_BACKEND)
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        letter.said = f"{type(error).__name__}: {error}"[:500]
        if letter.attempts > len(WAITS):
            _log.error("letter %d was given up after %d tries: %s", letter.pk, letter.attempts, letter.said)
            _over(letter, State.FAILED)
            return
        letter.save(update_fields=["attempts", "said"])
        raise Later(WAITS[letter.attempts - 1]) from None
    except InvalidToken:
        letter.said = "the key of the house is another than when it was written"
        _log.error("letter %d cannot be opened: %s", letter.pk, letter.said)
        _over(letter, State.FAILED)
        return
    _over(letter, State.DONE)


def _over(letter: Letter, state: State) -> None:
    letter.state, letter.sealed, letter.ended_at = state, None, timezone.now()
    letter.save(update_fields=["state", "sealed", "ended_at", "attempts", "said"])


def _key() -> Fernet:
    digest = hashlib.sha256(b"tanheng.jobs.post\0" + str(settings.SECRET_KEY).encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def _seal(message: EmailMessage) -> bytes:
    if message.attachments:
        raise ValueError("mail with attachments is not queued: put a link to the page into it")
    whole: dict[str, Any] = {
        "subject": message.subject,
        "body": message.body,
        "from_email": message.from_email,
        "to": list(message.to),
        "cc": list(message.cc),
        "bcc": list(message.bcc),
        "reply_to": list(message.reply_to),
        "headers": dict(message.extra_headers),
        "subtype": message.content_subtype,
        "others": [list(each) for each in getattr(message, "alternatives", None) or []],
    }
    return _key().encrypt(json.dumps(whole, default=str).encode())


def _open(sealed: bytes) -> EmailMessage:
    whole = json.loads(_key().decrypt(sealed))
    others, subtype = whole.pop("others"), whole.pop("subtype")
    message = EmailMultiAlternatives(**whole) if others else EmailMessage(**whole)
    message.content_subtype = subtype
    for content, mimetype in others:
        assert isinstance(message, EmailMultiAlternatives)
        message.attach_alternative(content, mimetype)
    return message
