"""A study that is kept: what it is called, who had it worked out, and whether anybody may read it.

What it holds stands in the data folder, in ``noise/<digest>``, written once and named by what it was made of.
"""

from __future__ import annotations

from pathlib import Path

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tanheng.database.functions import ClockTimestamp
from tanheng.database.place import data_folder
from tanheng.people.models import User

# What methods are called in any language; the methods themselves take half a second to load.
METHOD_NAMES = {"cnossos": "CNOSSOS-EU", "hj24": "HJ 2.4-2021"}


class Study(models.Model):
    """A calculation of a quarter; ``digest`` is the name of its folder."""

    digest = models.CharField(_("digest"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200)
    method = models.CharField(_("method"), max_length=16)
    receivers = models.PositiveIntegerField(_("façade points"))
    persons = models.PositiveIntegerField(_("persons"), null=True, blank=True)
    public = models.BooleanField(_("public"), default=False)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    kept_at = models.DateTimeField(_("kept at"), db_default=ClockTimestamp())

    class Meta:
        verbose_name = _("noise study")
        verbose_name_plural = _("noise studies")

    def __str__(self) -> str:
        return self.name

    @property
    def folder(self) -> Path:
        """Where it stands."""
        return studies_folder() / self.digest

    @property
    def method_name(self) -> str:
        """The method by which it was calculated, as the field calls it."""
        return METHOD_NAMES.get(self.method, self.method)

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("noise_study", args=[self.digest])


def studies_folder() -> Path:
    """Where all of them stand."""
    return data_folder() / "noise"
