"""Records of tries: a draft on data, or two versions on the same data. A try credits nothing."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tanheng.credits.filing.methodology_cases import MethodologyCase
from tanheng.database.functions import ClockTimestamp
from tanheng.people.models import User


class Trial(models.Model):
    """What a version comes to on some data, beside another one where two are compared."""

    at = models.DateTimeField(_("at"), db_default=ClockTimestamp())
    case = models.ForeignKey(MethodologyCase, models.PROTECT, related_name="trials")
    against = models.ForeignKey(MethodologyCase, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    job = models.BigIntegerField(_("job"), unique=True)
    data = models.CharField(_("data"), max_length=200)
    data_digest = models.CharField(max_length=64)
    examples = models.BooleanField(_("with the example values"), default=False)
    result = models.JSONField(_("result"))

    class Meta:
        verbose_name = _("try of a methodology")
        verbose_name_plural = _("tries of methodologies")

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("methodology_trial", args=[self.pk])
