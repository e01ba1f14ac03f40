"""The records of submissions: a table that came in, what was found in it, and the rows that the findings are about."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tanheng.database.functions import ClockTimestamp
from tanheng.people.models import Organisation, User


class State(models.TextChoices):
    """Where a submission stands; ``OPEN`` are those with which something is still to be done."""

    CHECKING = "checking", _("being checked")
    FAULTY = "faulty", _("to be mended")
    CLEAN = "clean", _("without faults, not handed in yet")
    WAITING = "waiting", _("handed in, waits for the bureau")
    TAKEN = "taken", _("taken into the city")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")
    REPLACED = "replaced", _("replaced by a later version")


OPEN = (State.CHECKING, State.FAULTY, State.CLEAN, State.WAITING)
WITHOUT_FAULTS = (State.CLEAN, State.WAITING, State.TAKEN)


class Format(models.TextChoices):
    """What a file is, by its bytes and not by its name."""

    CSV = "csv", "CSV"
    EXCEL = "xlsx", "Excel"
    PARQUET = "parquet", "Parquet"


class Submission(models.Model):
    """One version of a table that an organisation hands in. The file itself is kept by its hash, never by its name."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="submissions")
    table = models.CharField(_("table"), max_length=64)
    name = models.CharField(_("name of the file"), max_length=200)
    format = models.CharField(_("format"), max_length=8, choices=Format)
    size_bytes = models.BigIntegerField(_("size"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CHECKING, db_default="checking")
    rows = models.IntegerField(_("rows"), null=True)
    replaces_rows = models.IntegerField(_("rows that take the place of others"), null=True)
    faults = models.IntegerField(_("faults"), default=0, db_default=0)
    questions = models.IntegerField(_("questions"), default=0, db_default=0)
    header = models.JSONField(_("columns as given"), default=list)
    checked_against = models.CharField(_("the city that it was checked against"), max_length=64, blank=True)
    checked_at = models.DateTimeField(_("checked"), null=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(_("sent"), db_default=ClockTimestamp())
    handed_in_at = models.DateTimeField(_("handed in"), null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True)
    reason = models.TextField(_("reason"), blank=True, db_default="")
    place = models.BigIntegerField(_("place among those taken"), null=True, unique=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="replaced_by", verbose_name=_("the version before")
    )

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = (
            models.CheckConstraint(name="submissions_state", condition=Q(state__in=State.values)),
            models.CheckConstraint(name="submissions_format", condition=Q(format__in=Format.values)),
            models.CheckConstraint(
                name="submissions_taken_has_a_place",
                condition=Q(state="taken", place__isnull=False, decided_at__isnull=False)
                | (~Q(state="taken") & Q(place__isnull=True)),
            ),
            models.CheckConstraint(name="submissions_refused_says_why", condition=~Q(state="refused", reason="")),
            models.CheckConstraint(
                name="submissions_clean_has_none", condition=Q(faults=0) | ~Q(state__in=WITHOUT_FAULTS)
            ),
        )
        indexes = (
            models.Index(fields=["organisation", "id"], name="submissions_of_organisation"),
            models.Index(fields=["submitted_by", "submitted_at"], name="submissions_of_user"),
            models.Index(fields=["state", "id"], name="submissions_by_state", condition=Q(state__in=OPEN)),
        )

    def __str__(self) -> str:
        return f"{self.table} ({self.name})"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done with it."""
        return self.state in OPEN

    @property
    def can_be_mended(self) -> bool:
        """Whether a new version can be made of it."""
        return self.state in (State.FAULTY, State.CLEAN, State.REFUSED)


class Finding(models.Model):
    """Something found in a submission: a fault that keeps it out, or a question about what is doubtful."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="findings")
    is_fault = models.BooleanField(_("a fault"))
    code = models.CharField(max_length=40)
    line = models.BigIntegerField(null=True)
    column = models.CharField(max_length=200, blank=True)
    value = models.TextField(null=True)
    message = models.TextField(blank=True)
    expected = models.TextField(blank=True)
    hint = models.TextField(blank=True)
    asks_en = models.TextField(blank=True)
    asks_zh = models.TextField(blank=True)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        indexes = (models.Index(fields=["submission", "id"], name="submissions_finding_of"),)


class Row(models.Model):
    """A row of the file as it was written, kept where a finding is about it."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="shown_rows")
    line = models.BigIntegerField()
    cells = models.JSONField()

    class Meta:
        verbose_name = _("row")
        verbose_name_plural = _("rows")
        constraints = (models.UniqueConstraint(name="submissions_row_once", fields=["submission", "line"]),)
