"""What a programmer writes first: balances with a check, transfers with a unique number, two indexes."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models, transaction


class PlainAccount(models.Model):
    """An account with a balance."""

    balance = models.BigIntegerField()

    objects: models.Manager[Any] = models.Manager()

    class Meta:
        app_label = "ledger_peers"
        constraints = (models.CheckConstraint(name="plain_not_below_zero", condition=models.Q(balance__gte=0)),)

    def __str__(self) -> str:
        return str(self.pk)


class PlainTransfer(models.Model):
    """A transfer."""

    number = models.UUIDField(default=uuid.uuid4, unique=True)
    debit = models.ForeignKey(PlainAccount, models.PROTECT, related_name="+")
    credit = models.ForeignKey(PlainAccount, models.PROTECT, related_name="+")
    quantity = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    objects: models.Manager[Any] = models.Manager()

    class Meta:
        app_label = "ledger_peers"

    def __str__(self) -> str:
        return str(self.number)


def transfer(debit: int, credit: int, quantity: int) -> None:
    """As it is plainly written: both rows locked in order, looked at, changed, saved; the transfer made."""
    with transaction.atomic():
        rows = {pk: PlainAccount.objects.select_for_update().get(pk=pk) for pk in sorted([debit, credit])}
        if rows[debit].balance < quantity:
            raise ValueError("not enough")
        rows[debit].balance -= quantity
        rows[credit].balance += quantity
        rows[debit].save()
        rows[credit].save()
        PlainTransfer.objects.create(debit=rows[debit], credit=rows[credit], quantity=quantity)
