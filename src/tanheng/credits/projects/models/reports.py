"""Monitoring reports: what was monitored in a period, what the methodology makes of it, what a verifier confirms."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tanheng.cases.models import Case
from tanheng.cases.steps import BUREAU, Given, state_field, step
from tanheng.credits.projects.models.projects import PUBLIC as PUBLIC_PROJECTS
from tanheng.credits.projects.models.projects import SEE, Project
from tanheng.people.models import Organisation
from tanheng.people.rights import Actor, reach
from tanheng.text import Text

PUBLIC = ("issued", "corrected", "reversed")
ENDED = ("refused", "withdrawn")
ON_ITS_WAY = ("draft", "submitted", "verified", "reviewed", "recorded")

_WHY = Given(
    "because",
    Text("Why", "理由"),
    Text("What the developer reads.", "告知项目方的理由。"),
    kind="area",
    longest=2000,
)
_OVER_ISSUED = Given(
    "over_issued",
    Text("Tonnes issued too many", "多签发量"),
    Text(
        "By year where there are several: 2025=12; 2026=3. They come back from the project's account as far as units "
        "of this issuance are still there; what is missing then is owed, and until it is settled nothing is issued.",
        "多个年份时按“2025=12; 2026=3”填写。先从项目账户中尚存的本次签发单位收回,不足部分记为欠缴,清偿前不再签发。",
    ),
    unit=Text("tCO2e", "吨二氧化碳当量"),
    example="2025=12",
)
_FROM_BUFFER = Given(
    "from_buffer",
    Text("Of what is missing, from the buffer", "不足部分由缓冲账户补偿"),
    Text(
        "At most so many tonnes of what does not come back are compensated from the buffer.", "缓冲账户最多补偿的吨数。"
    ),
    kind="number",
    required=False,
    unit=Text("tCO2e", "吨二氧化碳当量"),
    example="0",
)


class Report(Case):
    """What a project monitored in a period. ``result`` is what the methodology made of ``values``, row by row."""

    AREA, SEE = "credits", "projects.see"
    SLUG = "reports"
    NAME = Text("Monitoring report", "监测报告")
    STATES: ClassVar = {
        "draft": Text("draft", "草稿"),
        "submitted": Text("submitted for verification", "待核查"),
        "verified": Text("verified", "已核查"),
        "reviewed": Text("reviewed", "已复核"),
        "recorded": Text("taken over from a public record", "据公开记录转登"),
        "issued": Text("issued", "已签发"),
        "corrected": Text("corrected", "已更正"),
        "reversed": Text("reversed", "已撤销签发"),
        "refused": Text("refused", "不予签发"),
        "withdrawn": Text("withdrawn", "已撤回"),
    }
    INITIAL = "draft"

    project = models.ForeignKey(Project, models.PROTECT, related_name="reports")
    # The project's, kept here so that the database can compare it with the verifier.
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    state = state_field(INITIAL)
    turn = models.PositiveSmallIntegerField(_("which report of the project"))
    period = DateRangeField(_("period"))
    values = models.JSONField(_("monitored values"), default=list, blank=True)
    result = models.JSONField(_("what the methodology makes of them"), default=list, blank=True)
    methodology_digest = models.CharField(_("digest of the methodology"), max_length=64, blank=True)
    verifier = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="verifies")
    source = models.TextField(_("public record that it was taken over from"), blank=True, max_length=1000)

    class Meta:
        verbose_name = _("monitoring report")
        verbose_name_plural = _("monitoring reports")
        constraints = (
            models.UniqueConstraint(name="credit_report_once", fields=["project", "turn"]),
            ExclusionConstraint(
                name="credit_report_no_day_twice",
                expressions=[("project", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=~Q(state__in=ENDED),
                violation_error_message=_("Another report of this project holds days of this period."),
            ),
            models.CheckConstraint(
                name="credit_report_bounded",
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
            ),
            models.CheckConstraint(
                name="credit_report_verifier_is_another",
                condition=Q(verifier__isnull=True) | ~Q(verifier=F("organisation")),
            ),
            models.CheckConstraint(
                name="credit_report_verified_by_somebody",
                condition=~Q(state__in=("verified", "reviewed", "issued", "corrected", "reversed"))
                | Q(verifier__isnull=False)
                | ~Q(source=""),
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The project's number and which report it is."""
        return f"{self.project.number}-R{self.turn:02d}"

    @property
    def called(self) -> str:
        """Its number."""
        return self.number

    @classmethod
    def visible_to(cls, user: Actor | None) -> models.QuerySet[Report]:
        """What was issued is public; the rest sees who sees the project for a reason, and the verifier."""
        rows = cls.objects.select_related(
            "project__programme__asset", "project__account", "project__validator", "organisation", "verifier"
        )
        public = Q(state__in=PUBLIC, project__state__in=PUBLIC_PROJECTS)
        if user is None:
            return rows.filter(public)
        own = reach(user, SEE, organisation="organisation") | reach(user, SEE, organisation="verifier")
        return rows.filter(public | own)

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("report", args=[self.pk])

    @step(
        Text("Submit for verification", "提交核查"),
        "draft",
        "submitted",
        right="projects.apply",
        asks=(
            Given(
                "accreditation",
                Text("Accreditation of the verifier", "核查机构备案编号"),
                Text(
                    "The number of the body that shall verify it: not the one that validated the project.",
                    "填写核查机构备案编号;不得为审定本项目的机构。",
                ),
                longest=32,
                example="SZVB-002",
            ),
        ),
        does=Text(
            "The values are fixed and worked out by the methodology. Where a value is missing, it says which, and the "
            "report cannot go on.",
            "监测数据定稿并按方法学计算;缺少数值的,说明缺少内容,不能继续。",
        ),
    )
    def submit(self, given: dict[str, str], acting_user: Actor) -> None:
        """Fixes the values and works them out."""
        from tanheng.credits.projects import reporting

        reporting.submit(self, given["accreditation"])

    @step(
        Text("Send back", "退回修改"),
        "submitted",
        "draft",
        right="projects.verify",
        whose="verifier",
        asks=(
            Given(
                "findings",
                Text("Findings", "核查发现"),
                Text("What has to be mended before it can be verified.", "核查前须整改的内容。"),
                kind="area",
                longest=2000,
            ),
        ),
    )
    def send_back(self, given: dict[str, str], acting_user: Actor) -> None:
        """The developer mends it and submits it again."""
        self.verifier = None

    @step(
        Text("Verify", "核查通过"),
        "submitted",
        "verified",
        right="projects.verify",
        whose="verifier",
        asks=(
            Given(
                "tonnes",
                Text("Tonnes confirmed", "核查确认量"),
                Text(
                    "By year where there are several: 2025=1615; 2026=900. At most what the methodology works out.",
                    "多个年份时按“2025=1615; 2026=900”填写;不得高于方法学计算结果。",
                ),
                unit=Text("tCO2e", "吨二氧化碳当量"),
                example="2025=1615",
            ),
            Given(
                "opinion",
                Text("Opinion", "核查意见"),
                Text("What was looked at, and how sure it is.", "核查内容与保证程度。"),
                kind="area",
                longest=2000,
            ),
        ),
        does=Text("The accredited body confirms so many tonnes, or fewer.", "由备案机构确认不高于计算结果的减排量。"),
    )
    def verify(self, given: dict[str, str], acting_user: Actor) -> None:
        """By the body that the developer chose, which must be accredited today and did not validate the project."""
        from tanheng.credits.projects import reporting

        reporting.verify(self, given["tonnes"], acting_user)

    @step(
        Text("Review", "复核通过"),
        "verified",
        "reviewed",
        right="projects.review",
        whose=BUREAU,
        does=Text("The bureau finds the verification in order.", "市局认可核查结论。"),
    )
    def review(self, given: dict[str, str], acting_user: Actor) -> None:
        """The bureau's own look at it."""

    @step(
        Text("Return for correction", "退回补正"),
        ("verified", "reviewed"),
        "draft",
        right="projects.review",
        whose=BUREAU,
        asks=(_WHY,),
    )
    def return_it(self, given: dict[str, str], acting_user: Actor) -> None:
        """The developer mends it; it is verified anew."""
        from tanheng.credits.projects import reporting

        reporting.reopen(self)

    @step(
        Text("Refuse", "不予签发"),
        ("submitted", "verified", "reviewed"),
        "refused",
        right="projects.review",
        whose=BUREAU,
        asks=(_WHY,),
    )
    def refuse(self, given: dict[str, str], acting_user: Actor) -> None:
        """For good; its days can be reported again."""

    @step(Text("Withdraw", "撤回"), ("draft", "submitted", "verified"), "withdrawn", right="projects.apply")
    def withdraw(self, given: dict[str, str], acting_user: Actor) -> None:
        """By the developer, before it is reviewed."""

    @step(
        Text("Take over from a public record", "据公开记录转登"),
        "draft",
        "recorded",
        right="projects.review",
        whose=BUREAU,
        second_person=True,
        asks=(
            Given(
                "tonnes",
                Text("Tonnes on record", "公开记录的减排量"),
                Text("By year: 2023=1615.", "按年份填写,如“2023=1615”。"),
                unit=Text("tCO2e", "吨二氧化碳当量"),
                example="2023=1615",
            ),
        ),
        does=Text(
            "Only of a project that was itself taken over from a public record: what was verified and issued "
            "elsewhere before the platform was. It was neither worked out nor verified here, and says so. It takes "
            "two persons.",
            "仅适用于据公开记录转登的项目:平台建成前在别处核查、签发的减排量。平台未予计算核查,并予注明。须由两人办理。",
        ),
    )
    def record(self, given: dict[str, str], acting_user: Actor) -> None:
        """What another registry issued before."""
        from tanheng.credits.projects import reporting

        reporting.record(self, given["tonnes"])

    @step(
        Text("Issue", "签发"),
        ("reviewed", "recorded"),
        "issued",
        right="projects.issue",
        whose=BUREAU,
        second_person=True,
        public=True,
        does=Text(
            "Units with serial numbers, by vintage, go to the project's account, and the part that the methodology "
            "wants to the buffer. It takes two persons.",
            "按年份签发带编号的减排量,记入项目账户;方法学要求的部分记入缓冲账户。须由两人办理。",
        ),
    )
    def issue(self, given: dict[str, str], acting_user: Actor) -> None:
        """Into the ledger."""
        from tanheng.credits.projects import issuing

        issuing.issue(self, acting_user)

    @step(
        Text("Correct", "更正"),
        ("issued", "corrected"),
        "corrected",
        right="projects.review",
        whose=BUREAU,
        second_person=True,
        public=True,
        asks=(_OVER_ISSUED, _FROM_BUFFER),
        does=Text(
            "More was issued than was reduced: so many units are taken out of circulation. It takes two persons.",
            "签发量高于实际减排量,相应单位退出流通。须由两人办理。",
        ),
    )
    def correct(self, given: dict[str, str], acting_user: Actor) -> None:
        """Part of it was too much."""
        from tanheng.credits.projects import correcting

        correcting.correct(self, given, acting_user)

    @step(
        Text("Reverse", "撤销签发"),
        ("issued", "corrected"),
        "reversed",
        right="projects.review",
        whose=BUREAU,
        second_person=True,
        public=True,
        asks=(_FROM_BUFFER,),
        does=Text(
            "All that was issued is to come back: the reduction was lost or never was. It takes two persons.",
            "减排量灭失或自始不存在,已签发单位全部收回。须由两人办理。",
        ),
    )
    def reverse(self, given: dict[str, str], acting_user: Actor) -> None:
        """All of it."""
        from tanheng.credits.projects import correcting

        correcting.reverse(self, given, acting_user)


class ReportYear(models.Model):
    """A calendar year of a report, the vintage: what was worked out, and what the verifier confirms."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField(_("year"))
    # None where it was taken over from a public record and so never worked out here.
    computed_t = models.BigIntegerField(_("worked out (tCO2e)"), null=True)
    verified_t = models.BigIntegerField(_("verified (tCO2e)"), null=True)

    class Meta:
        verbose_name = _("year of a report")
        verbose_name_plural = _("years of reports")
        constraints = (
            models.UniqueConstraint(name="credit_report_year_once", fields=["report", "year"]),
            models.CheckConstraint(
                name="credit_report_year_not_below_zero",
                condition=(Q(computed_t__isnull=True) | Q(computed_t__gte=0))
                & (Q(verified_t__isnull=True) | Q(verified_t__gte=0)),
            ),
            models.CheckConstraint(
                name="credit_report_year_no_more_than_computed",
                condition=Q(verified_t__isnull=True) | Q(computed_t__isnull=True) | Q(verified_t__lte=F("computed_t")),
            ),
        )
