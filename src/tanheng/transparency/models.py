"""The records of the log: what waits, the leaves in their order, the inner nodes that proofs need, the signed heads."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Pending(models.Model):
    """A row of the books that has no place in the log yet; written by a trigger in the row's own transaction."""

    kind = models.SmallIntegerField()
    ref = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.kind}:{self.ref}"


class Leaf(models.Model):
    """A row of the books at its place in the log, with the hash that it had when it was sealed."""

    leaf_index = models.BigIntegerField(primary_key=True)
    kind = models.SmallIntegerField()
    ref = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "ref"], name="transparency_leaf_once"),
            models.CheckConstraint(condition=models.Q(leaf_index__gte=0), name="transparency_leaf_from_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.leaf_index} ({self.kind}:{self.ref})"


class Node(models.Model):
    """The root of a whole subtree of 2**level leaves, kept for every fourth level (see ``tiles``)."""

    pk = models.CompositePrimaryKey("level", "node_index")
    level = models.SmallIntegerField()
    node_index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"level {self.level}, {self.node_index}"


class Head(models.Model):
    """The log as it was at one size: root and signature. ``note`` is the signed text as it is published."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    signed_at = models.DateTimeField(db_default=Now())
    note = models.TextField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(size__gte=0), name="transparency_head_size")]

    def __str__(self) -> str:
        return f"head of {self.size}"
