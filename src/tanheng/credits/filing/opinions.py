"""What experts and the public say of a methodology: rows that are never changed, and leaves of the log."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tanheng.credits.filing.methodology_cases import MethodologyCase
from tanheng.database.functions import ClockTimestamp, RandomSalt
from tanheng.people.models import User


class Verdict(models.TextChoices):
    """What an expert holds of it."""

    FOR = "for", _("for it")
    CONDITIONAL = "conditional", _("for it, on conditions")
    AGAINST = "against", _("against it")


class ExpertOpinion(models.Model):
    """What one expert of the pool says of one text of a methodology; never of one that he or she filed."""

    at = models.DateTimeField(_("at"), db_default=ClockTimestamp())
    case = models.ForeignKey(MethodologyCase, models.PROTECT, related_name="opinions")
    expert = models.ForeignKey(User, models.PROTECT, related_name="+")
    digest = models.CharField(_("digest of the text"), max_length=64)
    verdict = models.CharField(_("verdict"), max_length=12, choices=Verdict)
    text = models.TextField(_("opinion"), max_length=8000)
    salt = models.UUIDField(_("salt of its leaf"), db_default=RandomSalt(), editable=False)

    class Meta:
        verbose_name = _("opinion of an expert")
        verbose_name_plural = _("opinions of experts")
        constraints = (
            models.UniqueConstraint(
                name="credit_opinion_once",
                fields=["case", "expert", "digest"],
                violation_error_message=_("This expert has said what there is to say of this text."),
            ),
            models.CheckConstraint(name="credit_opinion_verdict", condition=Q(verdict__in=Verdict.values)),
            models.CheckConstraint(name="credit_opinion_text", condition=~Q(text="")),
        )


class PublicComment(models.Model):
    """What somebody says of a methodology while it is open to comment; shown once the bureau has looked at it.

    Who comments gives a name or none; no address, no number. The text stays as it came, shown or not.
    """

    at = models.DateTimeField(_("at"), db_default=ClockTimestamp())
    case = models.ForeignKey(MethodologyCase, models.PROTECT, related_name="comments")
    name = models.CharField(_("name"), max_length=100, blank=True)
    text = models.TextField(_("comment"), max_length=4000)
    shown = models.BooleanField(_("shown"), null=True, blank=True)
    hidden_because = models.CharField(_("why it is not shown"), max_length=300, blank=True)
    salt = models.UUIDField(_("salt of its leaf"), db_default=RandomSalt(), editable=False)

    class Meta:
        verbose_name = _("public comment")
        verbose_name_plural = _("public comments")
        constraints = (
            models.CheckConstraint(name="credit_comment_text", condition=~Q(text="")),
            models.CheckConstraint(name="credit_comment_hidden", condition=~Q(shown=False) | ~Q(hidden_because="")),
        )
