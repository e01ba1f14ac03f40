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


class PlainSerials(models.Model):
    """Serial numbers from ``low`` to before ``high``."""

    low = models.BigIntegerField()
    high = models.BigIntegerField()

    objects: models.Manager[Any] = models.Manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.low}-{self.high - 1}"


class PlainBatch(models.Model):
    """What was issued together: the vintage and what it was issued for."""

    vintage = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=200)

    objects: models.Manager[Any] = models.Manager()

    class Meta:
        app_label = "ledger_peers"
        constraints = (models.UniqueConstraint(name="plain_batch_once", fields=["vintage", "label"]),)

    def __str__(self) -> str:
        return f"{self.vintage} {self.label}"


class PlainBlock(PlainSerials):
    """Those that somebody has."""

    account = models.ForeignKey(PlainAccount, models.PROTECT)
    batch = models.ForeignKey(PlainBatch, models.PROTECT, null=True, db_index=False)

    class Meta:
        app_label = "ledger_peers"


class PlainMovement(PlainSerials):
    """Those that a transfer moved."""

    transfer = models.ForeignKey(PlainTransfer, models.PROTECT)

    class Meta:
        app_label = "ledger_peers"


def serial_transfer(debit: int, credit: int, quantity: int, batch: int | None = None) -> PlainTransfer:
    """A transfer with its serial numbers, as it is plainly written: what came first goes first.

    ``batch`` is given where they are issued; else they stay in theirs.
    """
    with transaction.atomic():
        made = transfer(debit, credit, quantity)
        for block in PlainBlock.objects.select_for_update().filter(account=debit).order_by("pk"):
            low, high = block.low, min(block.high, block.low + quantity)
            arrives = batch or block.batch_id
            if high == block.high:
                block.account_id, block.batch_id = credit, arrives
            else:
                block.low = high
                PlainBlock.objects.create(account_id=credit, batch_id=arrives, low=low, high=high)
            block.save()
            PlainMovement.objects.create(transfer=made, low=low, high=high)
            quantity -= high - low
            if not quantity:
                return made
        raise ValueError("fewer serial numbers than units")


def transfer(debit: int, credit: int, quantity: int) -> PlainTransfer:
    """As it is plainly written: both rows locked in order, looked at, changed, saved; the transfer made."""
    with transaction.atomic():
        rows = {pk: PlainAccount.objects.select_for_update().get(pk=pk) for pk in sorted([debit, credit])}
        if rows[debit].balance < quantity:
            raise ValueError("not enough")
        rows[debit].balance -= quantity
        rows[credit].balance += quantity
        rows[debit].save()
        rows[credit].save()
        made = PlainTransfer(debit=rows[debit], credit=rows[credit], quantity=quantity)
        made.save()
        return made


class PlainCertificate(models.Model):
    """That units were retired, and for whom."""

    number = models.CharField(max_length=40, unique=True)
    transfer = models.OneToOneField(PlainTransfer, models.PROTECT)
    quantity = models.BigIntegerField()
    beneficiary = models.CharField(max_length=200)
    purpose = models.CharField(max_length=500)
    at = models.DateTimeField(auto_now_add=True)

    objects: models.Manager[Any] = models.Manager()

    class Meta:
        app_label = "ledger_peers"

    def __str__(self) -> str:
        return self.number


class PlainLot(PlainSerials):
    """Serial numbers of a certificate."""

    certificate = models.ForeignKey(PlainCertificate, models.PROTECT)

    class Meta:
        app_label = "ledger_peers"


class PlainEntry(models.Model):
    """A line of the audit trail."""

    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=100)
    new = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)

    objects: models.Manager[Any] = models.Manager()

    class Meta:
        app_label = "ledger_peers"

    def __str__(self) -> str:
        return self.subject


def _audited(debit: int, credit: int, quantity: int, purpose: str, batch: int | None = None) -> PlainTransfer:
    made = serial_transfer(debit, credit, quantity, batch)
    new = {"purpose": purpose, "from": debit, "to": credit, "quantity": quantity}
    PlainEntry.objects.create(action="transfer", subject=f"transfer {made.pk}", new=new)
    return made


def plain_issuance(issuer: int, to: int, quantity: int, vintage: int, label: str) -> PlainTransfer:
    """An issuance as it is plainly written: the batch, the transfer with its serial numbers, the audit line.

    The kinds of rows that the house writes, but for the postings, the key with its answer and the outbox of the log;
    neither side looks at a right.
    """
    with transaction.atomic():
        batch, _made = PlainBatch.objects.get_or_create(vintage=vintage, label=label)
        return _audited(issuer, to, quantity, "issue", batch.pk)


def plain_retirement(debit: int, credit: int, quantity: int, number: str) -> PlainCertificate:
    """A retirement with its certificate, as it is plainly written: transfer, paper, lots, both audit lines.

    The kinds of rows that the house writes, but for the postings, the key with its answer and the outbox of the log;
    the house looks at the right as well.
    """
    with transaction.atomic():
        made = _audited(debit, credit, quantity, "retire")
        paper: PlainCertificate = PlainCertificate.objects.create(
            number=number, transfer=made, quantity=quantity, beneficiary="somebody", purpose="something"
        )
        for moved in PlainMovement.objects.filter(transfer=made):
            PlainLot.objects.create(certificate=paper, low=moved.low, high=moved.high)
        PlainEntry.objects.create(action="retire", subject=number, new={"quantity": quantity})
        return paper
