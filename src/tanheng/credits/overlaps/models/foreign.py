"""What the public tables of other registries say, row by row, with the file that said it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tanheng.database.functions import ClockTimestamp, RandomSalt
from tanheng.people.models import User


class Registry(models.TextChoices):
    """Registries whose public tables can be read."""

    VERRA = "verra", "Verra (VCS)"
    GOLD_STANDARD = "gold_standard", "Gold Standard"
    ACR = "acr", "American Carbon Registry"
    CAR = "car", "Climate Action Reserve"
    CDM = "cdm", "Clean Development Mechanism"


class ImportedTable(models.Model):
    """A file that was taken in. The newest of a registry and a table is what holds."""

    at = models.DateTimeField(_("taken in"), db_default=ClockTimestamp())
    registry = models.CharField(_("registry"), max_length=16, choices=Registry)
    table = models.CharField(_("table"), max_length=16)
    file = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64)
    as_of = models.DateField(_("as of"))
    rows = models.PositiveIntegerField(_("rows"))
    taken = models.PositiveIntegerField(_("rows that were kept"))
    findings_count = models.PositiveIntegerField(_("what does not add up"))
    taken_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    salt = models.UUIDField(_("salt of its leaf"), db_default=RandomSalt(), editable=False)

    class Meta:
        verbose_name = _("table of another registry")
        verbose_name_plural = _("tables of other registries")
        constraints = (
            models.UniqueConstraint(name="credit_imported_once", fields=["registry", "table", "sha256"]),
            models.CheckConstraint(name="credit_imported_registry", condition=Q(registry__in=Registry.values)),
            models.CheckConstraint(
                name="credit_imported_table", condition=Q(table__in=("projects", "issuances", "retirements"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.registry} {self.table} {self.as_of}"


class ForeignProject(models.Model):
    """A project that another registry lists."""

    source = models.ForeignKey(ImportedTable, models.PROTECT, related_name="projects")
    line = models.PositiveIntegerField(_("line"))
    registry = models.CharField(_("registry"), max_length=16)
    number = models.CharField(_("number there"), max_length=40)
    name = models.CharField(_("name"), max_length=500)
    folded = models.CharField(_("name as it is compared"), max_length=500)
    proponent = models.CharField(_("proponent"), max_length=500, blank=True)
    kind = models.CharField(_("kind"), max_length=200, blank=True)
    methodology = models.CharField(_("methodology"), max_length=500, blank=True)
    country = models.CharField(_("country"), max_length=100, blank=True)
    # In China, or nobody knows: only these can be the same as a project here.
    here = models.BooleanField(_("may be here"))
    where = models.CharField(_("where"), max_length=500, blank=True)
    status = models.CharField(_("status"), max_length=100, blank=True)
    first = models.DateField(_("crediting from"), null=True, blank=True)
    last = models.DateField(_("crediting until"), null=True, blank=True)
    registered = models.DateField(_("registered"), null=True, blank=True)
    yearly = models.DecimalField(
        _("estimated reduction a year (tCO2e)"), max_digits=20, decimal_places=3, null=True, blank=True
    )
    digest = models.CharField(_("digest of the row"), max_length=64)

    class Meta:
        verbose_name = _("project of another registry")
        verbose_name_plural = _("projects of other registries")
        constraints = (models.UniqueConstraint(name="credit_foreign_once", fields=["source", "number"]),)
        indexes = (
            models.Index(fields=["registry", "number"], name="credit_foreign_number"),
            models.Index(fields=["source"], name="credit_foreign_here", condition=Q(here=True)),
        )

    def __str__(self) -> str:
        return f"{self.registry} {self.number} {self.name}"


class ForeignUnits(models.Model):
    """Units of a project that another registry lists."""

    line = models.PositiveIntegerField(_("line"))
    registry = models.CharField(_("registry"), max_length=16)
    project = models.CharField(_("number of the project"), max_length=40)
    on = models.DateField(_("on"), null=True, blank=True)
    vintage = models.PositiveSmallIntegerField(_("vintage"), null=True, blank=True)
    first = models.DateField(_("vintage from"), null=True, blank=True)
    last = models.DateField(_("vintage until"), null=True, blank=True)
    quantity = models.DecimalField(_("quantity (tCO2e)"), max_digits=20, decimal_places=3, null=True, blank=True)
    serials = models.CharField(_("serial numbers"), max_length=300, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.registry} {self.project} {self.quantity}"


class ForeignIssuance(ForeignUnits):
    """Units that another registry issued."""

    source = models.ForeignKey(ImportedTable, models.PROTECT, related_name="issuances")

    class Meta:
        verbose_name = _("issuance of another registry")
        verbose_name_plural = _("issuances of other registries")
        indexes = (models.Index(fields=["registry", "project"], name="credit_foreign_issued"),)


class ForeignRetirement(ForeignUnits):
    """Units that were retired or cancelled in another registry."""

    source = models.ForeignKey(ImportedTable, models.PROTECT, related_name="retirements")
    beneficiary = models.CharField(_("beneficiary"), max_length=500, blank=True)
    purpose = models.CharField(_("purpose"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("retirement of another registry")
        verbose_name_plural = _("retirements of other registries")
        indexes = (models.Index(fields=["registry", "project"], name="credit_foreign_retired"),)


class ImportFinding(models.Model):
    """A row that does not add up, in words that name the row."""

    source = models.ForeignKey(ImportedTable, models.PROTECT, related_name="findings")
    line = models.PositiveIntegerField(_("line"))
    code = models.CharField(_("code"), max_length=32)
    column = models.CharField(_("column"), max_length=100, blank=True)
    value = models.CharField(_("value"), max_length=300, blank=True)
    said_en = models.TextField(_("what does not add up, in English"))
    said_zh = models.TextField(_("what does not add up, in Chinese"))

    class Meta:
        verbose_name = _("row that does not add up")
        verbose_name_plural = _("rows that do not add up")
        indexes = (models.Index(fields=["source", "line"], name="credit_findings_of_file"),)

    def __str__(self) -> str:
        return f"{self.source_id} line {self.line}: {self.code}"
