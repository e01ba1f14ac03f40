"""Under which programme credits are issued, as which asset of the ledger."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from tanheng.ledger.models import Account, Asset


class Programme(models.Model):
    """A scheme of methodologies (``shenzhen``, ``guangdong``, ``ccer``), the asset of its credits and its buffer.

    From the day on which an asset belongs to a programme, the database lets units of it be issued for issuances of
    reports alone; ``issued_before`` are those that were issued until then.
    """

    scheme = models.CharField(_("scheme of the methodologies"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=100)
    prefix = models.CharField(
        _("how numbers of its projects begin"), max_length=12, unique=True, validators=[RegexValidator("^[A-Z0-9]+$")]
    )
    asset = models.OneToOneField(Asset, models.PROTECT, related_name="programme")
    buffer = models.OneToOneField(Account, models.PROTECT, related_name="buffer_of")
    issued_before = models.BigIntegerField(_("units issued before it"), default=0)
    next_number = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    def __str__(self) -> str:
        return self.name
