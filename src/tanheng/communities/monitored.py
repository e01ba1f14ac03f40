"""Noise monitors of organisations and what they measured, hour by hour.

A monitor is known in its organisation by the identifier that its files have. Its place, what it listens to and when it
was in force are of the record; which of its hours count is said by ``tanheng.measures.quiet.assessment.monitoring``.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tanheng.measures.quiet.assessment.tables import PURPOSES
from tanheng.people.models import Organisation
from tanheng.text import Text

PURPOSE_WORDS: Mapping[str, Text] = {
    "function_area": Text("function area", "功能区"),
    "road": Text("road", "道路交通"),
    "community": Text("community", "小区"),
    "site": Text("building site", "建筑工地"),
}


class Monitor(models.Model):
    """A place where noise is measured. ``bearing_deg`` is where it listens to, null to all sides; in force from and
    until are its first and last day, null without an end; ``read_at`` is when readings were taken in last."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    identifier = models.CharField(_("identifier"), max_length=64)
    name = models.CharField(_("name"), max_length=100, blank=True)
    lon = models.FloatField(_("longitude, WGS-84"))
    lat = models.FloatField(_("latitude, WGS-84"))
    height_m = models.FloatField(_("height above the ground, m"))
    bearing_deg = models.FloatField(_("bearing to which it listens"), null=True, blank=True)
    purpose = models.CharField(_("what it stands for"), max_length=16, choices=[(each, each) for each in PURPOSES])
    area_class = models.CharField(_("class of the function area"), max_length=4, blank=True)
    # As the study's or the city's table of communities calls it.
    community = models.CharField(_("community that it belongs to"), max_length=100, blank=True)
    in_force_from = models.DateField(_("in force from"), null=True, blank=True)
    in_force_until = models.DateField(_("in force until"), null=True, blank=True)
    public = models.BooleanField(_("public"), default=False)
    read_at = models.DateTimeField(_("readings taken in at"), null=True, blank=True)

    class Meta:
        verbose_name = _("noise monitor")
        verbose_name_plural = _("noise monitors")
        constraints = (
            models.UniqueConstraint(fields=("organisation", "identifier"), name="noise_monitor_once"),
            models.CheckConstraint(
                name="noise_monitor_somewhere",
                condition=Q(lon__range=(-180, 180)) & Q(lat__range=(-90, 90)) & Q(height_m__range=(0, 300)),
            ),
            models.CheckConstraint(
                name="noise_monitor_listens",
                condition=Q(bearing_deg__isnull=True) | Q(bearing_deg__range=(0, 360)),
            ),
            models.CheckConstraint(
                name="noise_monitor_in_order",
                condition=Q(in_force_from__isnull=True)
                | Q(in_force_until__isnull=True)
                | Q(in_force_until__gte=F("in_force_from")),
            ),
        )
        indexes = (models.Index(fields=("lon", "lat"), name="noise_monitor_place"),)

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        """Its name, or its identifier without one."""
        return self.name or self.identifier

    @property
    def purpose_words(self) -> Text:
        """What it stands for, for people."""
        return PURPOSE_WORDS[self.purpose]

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("noise_monitor", args=[self.pk])


class Hour(models.Model):
    """What a monitor measured in an hour, dB(A); ``hour`` begins at this full hour of local time."""

    monitor = models.ForeignKey(Monitor, models.CASCADE, related_name="hours", db_index=False)
    date = models.DateField()
    hour = models.PositiveSmallIntegerField()
    leq_db = models.FloatField(null=True)
    l10_db = models.FloatField(null=True)
    l50_db = models.FloatField(null=True)
    l90_db = models.FloatField(null=True)
    lmax_db = models.FloatField(null=True)
    measured_pct = models.FloatField()
    wind_m_s = models.FloatField(null=True)
    wet = models.BooleanField()

    class Meta:
        verbose_name = _("hour of a noise monitor")
        verbose_name_plural = _("hours of noise monitors")
        constraints = (
            models.UniqueConstraint(fields=("monitor", "date", "hour"), name="noise_hour_once"),
            models.CheckConstraint(name="noise_hour_of_day", condition=Q(hour__range=(0, 23))),
            models.CheckConstraint(
                name="noise_hour_level", condition=Q(leq_db__isnull=True) | Q(leq_db__range=(0, 140))
            ),
            models.CheckConstraint(name="noise_hour_share", condition=Q(measured_pct__range=(0, 100))),
        )

    def __str__(self) -> str:
        return f"{self.date} {self.hour:02d} h"
