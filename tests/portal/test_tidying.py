"""What is thrown away, and what is not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.utils import timezone

from tanheng.people import audit
from tanheng.people.models import AuditEntry
from tanheng.portal.tidying import tidy
from tanheng.web.models import Answer


@pytest.mark.django_db
def test_what_has_ended_goes_and_what_the_books_rest_on_stays():
    now = timezone.now()
    for name, ends, minutes, days in (("old", -1, 16, 31), ("new", 1, 14, 29)):
        Session.objects.create(session_key=name, session_data="", expire_date=now + timedelta(days=ends))
        AccessAttempt.objects.create(username=name, failures_since_start=5)
        AccessAttempt.objects.filter(username=name).update(attempt_time=now - timedelta(minutes=minutes))
        Answer.objects.create(caller="user 1", key=name, fingerprint=b"", at=now - timedelta(days=days))
    audit.record("people.invite", "invitation 1", acting_user=None)
    done = tidy()
    assert done["sessions that ended"] == done["answers to idempotency keys older than 30 days"] == 1
    assert [session.session_key for session in Session.objects.all()] == ["new"]
    assert [attempt.username for attempt in AccessAttempt.objects.all()] == ["new"]
    assert [answer.key for answer in Answer.objects.all()] == ["new"]
    assert AuditEntry.objects.count() == 1
