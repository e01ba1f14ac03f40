"""Projects: from the application to the end of their crediting."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tanheng.cases.models import Case
from tanheng.cases.steps import BUREAU, Given, state_field, step
from tanheng.credits.projects.models.programmes import Programme
from tanheng.ledger.models import Account
from tanheng.people.models import Organisation
from tanheng.people.rights import Actor, reach
from tanheng.text import Text

PUBLIC = ("registered", "suspended", "closed")
SEE = "projects.see"


class Project(Case):
    """A project that wants credits for what it reduces, by one version of one methodology."""

    AREA, SEE = "credits", "projects.see"
    SLUG = "projects"
    NAME = Text("Project", "减排项目")
    STATES: ClassVar = {
        "draft": Text("draft", "草稿"),
        "submitted": Text("submitted for validation", "待审定"),
        "validated": Text("validated", "已审定"),
        "registered": Text("registered", "已登记"),
        "suspended": Text("suspended", "已暂停"),
        "closed": Text("closed", "已结束"),
        "refused": Text("refused", "不予登记"),
        "withdrawn": Text("withdrawn", "已撤回"),
    }
    INITIAL = "draft"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="projects")
    state = state_field(INITIAL)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="projects")
    number = models.CharField(_("number"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("what it does"), blank=True, max_length=5000)
    methodology = models.CharField(_("methodology"), max_length=64)
    version = models.CharField(_("version"), max_length=32)
    # Of the text that it was registered with; what is worked out by another text is refused.
    methodology_digest = models.CharField(_("digest of the methodology"), max_length=64, blank=True)
    crediting = DateRangeField(_("crediting period"))
    place_name = models.CharField(_("place"), max_length=200, blank=True)
    place = models.JSONField(_("place on the map (GeoJSON, WGS 84)"), null=True, blank=True)
    devices = ArrayField(models.CharField(max_length=100), verbose_name=_("devices"), default=list, blank=True)
    beneficiary = models.CharField(_("who benefits"), max_length=200, blank=True)
    elsewhere = ArrayField(
        models.CharField(max_length=100), verbose_name=_("numbers in other registries"), default=list, blank=True
    )
    estimated_t = models.PositiveIntegerField(
        _("estimated reduction a year (tCO2e)"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    validator = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="validates")
    validated_on = models.DateField(_("validated"), null=True, blank=True)
    registered_on = models.DateField(_("registered"), null=True, blank=True)
    account = models.OneToOneField(Account, models.PROTECT, null=True, blank=True, related_name="project")
    # Of a project taken over from a public record: which record says so. Such a project was not validated here.
    source = models.TextField(_("public record that it was taken over from"), blank=True, max_length=1000)

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = (
            models.CheckConstraint(
                name="credit_project_crediting_bounded",
                condition=Q(crediting__isempty=False, crediting__lower_inf=False, crediting__upper_inf=False),
            ),
            models.CheckConstraint(
                name="credit_project_validator_is_another",
                condition=Q(validator__isnull=True) | ~Q(validator=F("organisation")),
            ),
            models.CheckConstraint(
                name="credit_project_registered_whole",
                condition=~Q(state__in=PUBLIC)
                | Q(account__isnull=False, registered_on__isnull=False)
                & (Q(validator__isnull=False, validated_on__isnull=False) | ~Q(source="")),
            ),
        )
        indexes = (models.Index(fields=["organisation", "id"], name="credit_projects_of"),)

    def __str__(self) -> str:
        return self.number

    @property
    def called(self) -> str:
        """Its number and name."""
        return f"{self.number} {self.name}"[:100]

    @property
    def is_public(self) -> bool:
        """Whether anybody may read it."""
        return self.state in PUBLIC

    @classmethod
    def visible_to(cls, user: Actor | None) -> models.QuerySet[Project]:
        """Registered ones are public; others see the developer, the bodies that look at them, and the authority."""
        rows = cls.objects.select_related("organisation", "validator", "programme__asset", "account")
        public = Q(state__in=PUBLIC)
        if user is None:
            return rows.filter(public)
        from tanheng.credits.projects.models.reports import Report

        own = reach(user, SEE, organisation="organisation") | reach(user, SEE, organisation="validator")
        verified = Report.objects.filter(reach(user, SEE, organisation="verifier"), project=OuterRef("pk"))
        return rows.filter(public | own | Exists(verified))

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("project", args=[self.pk])

    @step(
        Text("Submit for validation", "提交审定"),
        "draft",
        "submitted",
        right="projects.apply",
        asks=(
            Given(
                "accreditation",
                Text("Accreditation of the validator", "审定机构备案编号"),
                Text(
                    "The number of the body that shall validate it, from the list of accredited bodies. It cannot "
                    "verify the project's reports later.",
                    "选择审定机构,填写备案名单中的编号。该机构此后不得核查本项目的监测报告。",
                ),
                longest=32,
                example="SZVB-001",
            ),
        ),
        does=Text("The description is fixed and goes to the body that validates it.", "项目文件定稿并送交审定机构。"),
    )
    def submit(self, given: dict[str, str], acting_user: Actor) -> None:
        """Fixes the description and names the validator."""
        from tanheng.credits.projects import applying

        applying.submit(self, given["accreditation"])

    @step(
        Text("Send back", "退回修改"),
        "submitted",
        "draft",
        right="projects.validate",
        whose="validator",
        asks=(
            Given(
                "findings",
                Text("Findings", "审定发现"),
                Text("What has to be mended before it can be validated.", "审定前须整改的内容。"),
                kind="area",
                longest=2000,
            ),
        ),
    )
    def send_back(self, given: dict[str, str], acting_user: Actor) -> None:
        """The developer mends it and submits it again."""
        self.validator = None

    @step(
        Text("Validate", "审定通过"),
        "submitted",
        "validated",
        right="projects.validate",
        whose="validator",
        asks=(
            Given(
                "opinion",
                Text("Opinion", "审定意见"),
                Text(
                    "That the methodology applies, the project is additional, and on what that rests.",
                    "说明方法学适用、项目具有额外性、基准线合理及其依据。",
                ),
                kind="area",
                longest=2000,
            ),
        ),
        does=Text("The accredited body confirms the description.", "由备案机构确认项目文件。"),
    )
    def validate(self, given: dict[str, str], acting_user: Actor) -> None:
        """By the body that the developer chose, which must be accredited today."""
        from tanheng.credits.projects import applying

        applying.validate(self, acting_user)

    @step(
        Text("Register", "予以登记"),
        "validated",
        "registered",
        right="projects.review",
        whose=BUREAU,
        second_person=True,
        public=True,
        does=Text(
            "The project becomes public and gets an account in the ledger. What it claims (devices, place, "
            "beneficiary) is kept for its whole crediting period; what is claimed already stops it. It takes two "
            "persons.",
            "项目公开并开立账户;其设备、地点与受益人在整个计入期内登记占用,已被占用的不予登记。须由两人办理。",
        ),
    )
    def register(self, given: dict[str, str], acting_user: Actor) -> None:
        """Opens its account and claims what it credits."""
        from tanheng.credits.projects import applying

        applying.register(self, acting_user)

    @step(
        Text("Take over from a public record", "据公开记录转登"),
        "draft",
        "registered",
        right="projects.review",
        whose=BUREAU,
        second_person=True,
        public=True,
        does=Text(
            "For a project that another registry had on record before the platform was; its description names the "
            "record. It was not validated here, and says so. It takes two persons.",
            "适用于平台建成前已在其他登记机构登记的项目,须注明公开记录。平台未予审定,并予注明。须由两人办理。",
        ),
    )
    def take_over(self, given: dict[str, str], acting_user: Actor) -> None:
        """Of a project with a public record; opens its account as registering does."""
        from tanheng.credits.projects import applying

        applying.take_over(self, acting_user)

    @step(
        Text("Refuse", "不予登记"),
        ("submitted", "validated"),
        "refused",
        right="projects.review",
        whose=BUREAU,
        asks=(
            Given(
                "because",
                Text("Why", "理由"),
                Text("What the developer reads.", "告知申请人的理由。"),
                kind="area",
                longest=2000,
            ),
        ),
    )
    def refuse(self, given: dict[str, str], acting_user: Actor) -> None:
        """For good; another application can be made."""

    @step(
        Text("Withdraw", "撤回"),
        ("draft", "submitted", "validated"),
        "withdrawn",
        right="projects.apply",
    )
    def withdraw(self, given: dict[str, str], acting_user: Actor) -> None:
        """By the developer, before it is registered."""

    @step(
        Text("Suspend", "暂停"),
        "registered",
        "suspended",
        right="projects.review",
        whose=BUREAU,
        public=True,
        does=Text("Nothing is issued for it until it is resumed.", "恢复前不予签发。"),
    )
    def suspend(self, given: dict[str, str], acting_user: Actor) -> None:
        """For a time."""

    @step(Text("Resume", "恢复"), "suspended", "registered", right="projects.review", whose=BUREAU, public=True)
    def resume(self, given: dict[str, str], acting_user: Actor) -> None:
        """After a suspension."""

    @step(
        Text("Close", "结束"),
        ("registered", "suspended"),
        "closed",
        right="projects.review",
        whose=BUREAU,
        public=True,
        does=Text(
            "The end of its crediting. No report may be on its way; what was issued stays.",
            "项目计入结束;不得有在途监测报告,已签发减排量不受影响。",
        ),
    )
    def close(self, given: dict[str, str], acting_user: Actor) -> None:
        """When no report is on its way."""
        from tanheng.credits.projects import applying

        applying.close(self)
