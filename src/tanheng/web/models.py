"""What the API remembers between requests."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Answer(models.Model):
    """What was answered to a caller's idempotency key, and to which request."""

    pk = models.CompositePrimaryKey("caller", "key")
    caller = models.TextField()
    key = models.TextField()
    fingerprint = models.BinaryField(max_length=32)
    status = models.SmallIntegerField(default=0)
    content_type = models.TextField(default="")
    body = models.BinaryField(default=b"")
    at = models.DateTimeField(db_default=Now(), db_index=True)

    def __str__(self) -> str:
        return f"{self.caller} {self.key}: {self.status}"


class Rate(models.Model):
    """Until when a caller's requests are paid for (see ``rates``)."""

    caller = models.TextField(primary_key=True)
    paid_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.caller} until {self.paid_until}"


class PolicyReport(models.Model):
    """Something that a browser held back because the Content-Security-Policy forbids it (see ``policy_reports``).

    One row for each kind of thing on each page, with how often it came; nothing of who sent it.
    """

    page = models.TextField()
    directive = models.TextField()
    blocked = models.TextField()
    sample = models.TextField(default="")
    first_at = models.DateTimeField(db_default=Now())
    last_at = models.DateTimeField(db_default=Now(), db_index=True)
    times = models.IntegerField(default=1)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("page", "directive", "blocked"), name="web_policy_report_once"),)

    def __str__(self) -> str:
        return f"{self.page}: {self.directive} {self.blocked}"
