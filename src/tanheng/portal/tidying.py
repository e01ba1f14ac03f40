"""What a house throws away from time to time: sessions that ended, answers that nobody asks for again."""

from __future__ import annotations

from datetime import timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from tanheng.jobs.tidying import forget
from tanheng.people.approvals import do_expire_approvals
from tanheng.portal.work import kept_files
from tanheng.web import keys

ANSWERS_KEPT = timedelta(days=30)


def tidy() -> dict[str, int]:
    """Remove what has ended; says how much of what. Nothing that the books rest on is ever removed."""
    ended, _each = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    forgiven, _each = AccessAttempt.objects.filter(
        attempt_time__lt=timezone.now() - settings.AXES_COOLOFF_TIME
    ).delete()
    return {
        "sessions that ended": ended,
        "wrong passwords whose time is over": forgiven,
        "answers to idempotency keys older than 30 days": keys.forget(ANSWERS_KEPT),
        **forget(),
        "files to take away whose week is over": kept_files.clear(),
        "approvals that expired": do_expire_approvals(),
    }
