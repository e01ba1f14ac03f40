"""Records of ``tanheng.credits.intake``: applications, their keys, what they sent, and what was worked out of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tanheng.cases.models import Case
from tanheng.cases.steps import BUREAU, Given, state_field, step
from tanheng.credits.intake.readiness import was_tested
from tanheng.database.functions import ClockTimestamp, RandomSalt
from tanheng.people.models import Organisation, User
from tanheng.people.rights import Actor, may, reach
from tanheng.text import Text

KEPT_RULES = (("kept", "kept 符合"), ("not_kept", "not kept 不符合"))
_WORDS = Given(
    "finding",
    Text("What was found", "核查情况"),
    Text("What was looked at, and how it was.", "核查了哪些内容、结果如何。"),
    kind="area",
    longest=2000,
)


class Application(Case):
    """An app of an operator that may send events of persons who gave it the mandate (深圳市碳普惠管理办法 Art. 6)."""

    AREA, SEE = "credits", "projects.see"
    SLUG: ClassVar[str] = "applications"
    NAME: ClassVar[Text] = Text("Applications of operators", "低碳应用")
    STATES: ClassVar[Mapping[str, Text]] = {
        "registered": Text("registered", "已登记"),
        "testing": Text("in test", "测试中"),
        "connected": Text("connected", "已接入"),
        "suspended": Text("suspended", "已暂停"),
        "withdrawn": Text("withdrawn by its operator", "运营方已退出"),
        "ended": Text("ended by the bureau", "已终止"),
    }
    INITIAL: ClassVar[str] = "registered"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="applications")
    state = state_field(INITIAL)
    name = models.CharField(_("name"), max_length=80, unique=True)
    about = models.TextField(_("what it does"), max_length=2000)
    protection = models.TextField(_("how it protects personal data"), max_length=2000)
    address = models.URLField(_("where people find it"), max_length=200, blank=True)
    scenes = ArrayField(models.CharField(max_length=40), verbose_name=_("scenes"))
    made_at = models.DateTimeField(_("registered"), db_default=ClockTimestamp())

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = (models.CheckConstraint(name="credit_application_scenes", condition=Q(scenes__len__gt=0)),)

    @property
    def number(self) -> str:
        """How events name it."""
        return f"AP-{self.pk:06}"

    @property
    def called(self) -> str:
        return f"{self.number} {self.name}"

    @classmethod
    def visible_to(cls, user: Actor | None) -> models.QuerySet[Application]:
        """One's own, and those under one's supervision."""
        rows = cls._default_manager.select_related("organisation")
        return (
            rows.none() if user is None else rows.filter(reach(user, "applications.see", organisation="organisation"))
        )

    def seen_whole_by(self, user: Actor | None) -> bool:
        """Whoever reads it at all reads the whole of it."""
        return user is not None and may(user, "applications.see", self.organisation)

    def get_absolute_url(self) -> str:
        return reverse("application", args=[self.pk])

    @step(
        Text("Open the test", "开放测试"),
        "registered",
        "testing",
        right="applications.decide",
        whose=BUREAU,
        does=Text(
            "What it sends from now on is checked and answered as later, and not kept.",
            "此后报送的数据按正式接入同样校验和答复,但不留存。",
        ),
    )
    def test(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """It may send what is checked and not kept."""

    @step(
        Text("Connect", "正式接入"),
        "testing",
        "connected",
        right="applications.decide",
        whose=BUREAU,
        second_person=True,
        public=True,
        does=Text(
            "From now on its events count. Wants a last batch of the test in which no event was refused.",
            "此后报送的行为数据计入减排。要求最近一次测试批次无一被拒。",
        ),
    )
    def connect(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Its events count."""
        was_tested(self)

    @step(
        Text("Note an audit", "记录核查"),
        "connected",
        "connected",
        right="applications.decide",
        whose=BUREAU,
        asks=(
            Given(
                "outcome",
                Text("Outcome", "结论"),
                Text("Whether it keeps the rules of connected applications.", "是否符合接入应用的管理要求。"),
                kind="select",
                choices=KEPT_RULES,
            ),
            _WORDS,
        ),
        does=Text("Keep what an audit found. It changes nothing else.", "记录核查结果,不改变状态。"),
    )
    def audit(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """What was found stands in the passage."""

    @step(
        Text("Suspend", "暂停"),
        "connected",
        "suspended",
        right="applications.decide",
        whose=BUREAU,
        public=True,
        asks=(_WORDS,),
        does=Text(
            "Nothing is taken from it, and nothing of it is worked out, until it is connected again.",
            "恢复之前不再接收其数据,已接收的数据也不参与计算。",
        ),
    )
    def suspend(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """It sends nothing and nothing of it counts."""

    @step(
        Text("Let it go on", "恢复"),
        "suspended",
        "connected",
        right="applications.decide",
        whose=BUREAU,
        second_person=True,
        public=True,
        asks=(_WORDS,),
    )
    def resume(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """As connected as before."""

    @step(
        Text("Withdraw", "退出"),
        ("registered", "testing", "connected"),
        "withdrawn",
        right="applications.register",
        public=True,
        does=Text("It sends nothing any more; what was taken from it stays.", "不再报送;已接收的数据仍然有效。"),
    )
    def withdraw(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Its keys end with it."""

    @step(
        Text("End", "终止"),
        ("registered", "testing", "suspended"),
        "ended",
        right="applications.decide",
        whose=BUREAU,
        second_person=True,
        public=True,
        asks=(_WORDS,),
        does=Text(
            "It sends nothing any more, and what it sent is not worked out any more.",
            "不再接收其数据,已接收的数据也不再参与计算。",
        ),
    )
    def end(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Its keys end with it."""


class ApplicationKey(models.Model):
    """A key of an app's own servers: it sends events of one application and reads what became of them, nothing else.

    It belongs to the application and not to a person, so that it works when who made it has left. Its hash is kept.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="keys")
    name = models.CharField(_("what it is for"), max_length=100)
    start = models.CharField(_("first characters"), max_length=16)
    key_hash = models.BinaryField(_("SHA-256 of the key"), unique=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(_("made"), db_default=ClockTimestamp())
    expires_at = models.DateTimeField(_("expires"))
    last_used_on = models.DateField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("key of an application")
        verbose_name_plural = _("keys of applications")


class Batch(models.Model):
    """What an application sent at once, and what became of it; never changed.

    The events that were taken lie in a file under ``file_digest``; those of a test lie nowhere.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="batches")
    sandbox = models.BooleanField(_("test"))
    key = models.CharField(_("key of the batch"), max_length=200)
    body_digest = models.CharField(_("SHA-256 of what was sent"), max_length=64)
    file_digest = models.CharField(_("SHA-256 of what was taken"), max_length=64, blank=True)
    lines = models.IntegerField(_("lines"))
    taken = models.IntegerField(_("taken"))
    copies = models.IntegerField(_("copies"))
    refused = models.IntegerField(_("refused"))
    reasons = models.JSONField(_("reasons"), default=dict)
    refusals = models.JSONField(_("refused lines"), default=list)
    first_day = models.DateField(_("first day"), null=True, blank=True)
    last_day = models.DateField(_("last day"), null=True, blank=True)
    at = models.DateTimeField(_("at"), db_default=ClockTimestamp())
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    by_key = models.ForeignKey(ApplicationKey, models.PROTECT, null=True, blank=True, related_name="+")
    salt = models.UUIDField(_("salt of its leaf"), db_default=RandomSalt(), editable=False)

    class Meta:
        verbose_name = _("batch of events")
        verbose_name_plural = _("batches of events")
        indexes = (models.Index(fields=["application", "id"], name="credit_batches_of_application"),)
        constraints = (
            models.UniqueConstraint(name="credit_batch_key_once", fields=["application", "sandbox", "key"]),
            models.UniqueConstraint(name="credit_batch_body_once", fields=["application", "sandbox", "body_digest"]),
            models.CheckConstraint(
                name="credit_batch_adds_up", condition=Q(lines=F("taken") + F("copies") + F("refused"))
            ),
            models.CheckConstraint(
                name="credit_batch_has_its_file",
                condition=Q(sandbox=True, file_digest="")
                | Q(sandbox=False, taken=0, file_digest="")
                | (Q(sandbox=False, taken__gt=0) & ~Q(file_digest="")),
            ),
        )


class WorkedOut(models.Model):
    """What was worked out of the events of some days; never changed. A later one of the same days stands instead.

    ``address`` is the hash of its manifest: the same events by the same methodologies have the same.
    """

    address = models.CharField(_("address"), max_length=64, unique=True)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    up_to = models.BigIntegerField(_("last batch"))
    methodologies = models.JSONField(_("methodologies"))
    counts = models.JSONField(_("events"))
    totals = models.JSONField(_("totals"))
    results_digest = models.CharField(_("SHA-256 of the results"), max_length=64)
    at = models.DateTimeField(_("at"), db_default=ClockTimestamp())
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    salt = models.UUIDField(_("salt of its leaf"), db_default=RandomSalt(), editable=False)

    class Meta:
        verbose_name = _("working out of events")
        verbose_name_plural = _("workings out of events")
        constraints = (models.CheckConstraint(name="credit_worked_days", condition=Q(last__gte=F("first"))),)

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("worked_out", args=[self.pk])


class Forgetting(models.Model):
    """That a person is to be forgotten: who, until it is done; by whom it is replaced in files, and in how many it was.

    What events and results say stays, so that totals and books still add up; whose they were is nobody's any more.
    """

    person = models.UUIDField(_("person"), null=True)
    stand_in = models.UUIDField(_("stands in the place of the person"), db_default=RandomSalt(), editable=False)
    asked_at = models.DateTimeField(_("asked"), db_default=ClockTimestamp())
    done_at = models.DateTimeField(_("done"), null=True)
    files = models.IntegerField(_("files"), default=0)

    class Meta:
        verbose_name = _("forgetting of a person")
        verbose_name_plural = _("forgettings of persons")
        constraints = (
            models.CheckConstraint(
                name="credit_forgotten_or_not", condition=Q(person__isnull=False) | Q(done_at__isnull=False)
            ),
        )


class Rewritten(models.Model):
    """That a file was written anew without a person: of a batch, or of a run by its name there; never changed."""

    forgetting = models.ForeignKey(Forgetting, models.PROTECT, related_name="rewritten")
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="rewritten")
    working = models.ForeignKey(WorkedOut, models.PROTECT, null=True, related_name="rewritten")
    name = models.CharField(_("file"), max_length=40, blank=True)
    before = models.CharField(_("SHA-256 before"), max_length=64)
    after = models.CharField(_("SHA-256 after"), max_length=64)
    at = models.DateTimeField(_("at"), db_default=ClockTimestamp())

    class Meta:
        verbose_name = _("rewritten file")
        verbose_name_plural = _("rewritten files")
        constraints = (
            models.CheckConstraint(
                name="credit_rewritten_of_one",
                condition=Q(batch__isnull=False, working__isnull=True, name="")
                | (Q(batch__isnull=True, working__isnull=False) & ~Q(name="")),
            ),
        )
