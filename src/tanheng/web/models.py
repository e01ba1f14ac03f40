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
