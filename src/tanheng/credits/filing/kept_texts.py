"""The files of drafts that were taken in, in the books themselves: a backup holds them, and every machine has them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from tanheng.database.functions import ClockTimestamp


class KeptText(models.Model):
    """The files of a methodology by the digest of all of them; never changed, since the digest is its name."""

    digest = models.CharField(_("digest"), max_length=64, unique=True)
    files = models.JSONField(_("files"))
    at = models.DateTimeField(_("at"), db_default=ClockTimestamp())

    class Meta:
        verbose_name = _("text of a methodology")
        verbose_name_plural = _("texts of methodologies")
