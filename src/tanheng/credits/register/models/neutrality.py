"""Voluntary carbon neutrality: emissions worked out, covered by credits that are cancelled, certified.

    draft ──calculate──> calculated ──apply──> applied ──approve──> approved ──cancel──> certified

《深圳市碳普惠管理办法》: buy credits on the exchange, apply on the platform, review; the platform cancels the credits
and gives a certificate. The units are set aside when it is applied for.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from tanheng.cases.models import Case
from tanheng.cases.steps import BUREAU, Given, state_field, step
from tanheng.credits.register.emissions import Unset, Worked, electricity, heat, whole_tonnes
from tanheng.credits.register.models.certificates import Certificate, CertificateKind
from tanheng.credits.register.reservations import chosen, give_back, retire, set_aside
from tanheng.credits.register.values import given_amount
from tanheng.ledger.models import Account, Asset
from tanheng.people.models import Organisation
from tanheng.people.rights import Actor, reach
from tanheng.people.values import refused_value
from tanheng.text import Text
from tanheng.web.templatetags.page import said

APPLY, REVIEW, SEE = "neutrality.apply", "neutrality.review", "projects.see"
WHY = Given(
    "because",
    Text("Because", "理由"),
    Text("What is missing or wrong, so that it can be mended.", "说明缺少或有误之处,以便补正。"),
)


class Neutrality(Case):
    """An organisation's application to be certified as carbon neutral for a thing and a time."""

    AREA, SEE, LIST = "credits", "projects.see", "neutralities"
    SLUG: ClassVar[str] = "neutrality"
    NAME: ClassVar[Text] = Text("Voluntary carbon neutrality", "自愿碳中和")
    STATES: ClassVar[Mapping[str, Text]] = {
        "draft": Text("draft", "草稿"),
        "calculated": Text("emissions worked out", "已核算排放"),
        "applied": Text("applied for, units set aside", "已申请,单位已预留"),
        "approved": Text("approved", "审核通过"),
        "certified": Text("units cancelled, certified", "已注销并发证"),
        "refused": Text("refused", "不予通过"),
        "withdrawn": Text("withdrawn", "已撤回"),
    }
    INITIAL: ClassVar[str] = "draft"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="neutralities")
    state = state_field(INITIAL)
    subject = models.CharField(_("what is neutral"), max_length=200)
    begins = models.DateField(_("from"))
    ends = models.DateField(_("to"))
    evidence = models.TextField(_("evidence"), blank=True)
    workings = models.JSONField(_("how it was worked out"), default=list, blank=True)
    total_t = models.DecimalField(_("emissions"), max_digits=18, decimal_places=6, null=True, blank=True)
    needed = models.BigIntegerField(_("units needed"), null=True, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    asset = models.ForeignKey(Asset, models.PROTECT, null=True, blank=True, related_name="+")
    reservation = models.BigIntegerField(_("reservation"), null=True, blank=True)
    certificate = models.OneToOneField(Certificate, models.PROTECT, null=True, blank=True, related_name="neutrality")

    class Meta:
        verbose_name = _("carbon neutrality")
        verbose_name_plural = _("carbon neutralities")
        constraints = (
            models.CheckConstraint(name="credit_neutrality_period", condition=Q(begins__lte=F("ends"))),
            models.CheckConstraint(
                name="credit_neutrality_worked_out",
                condition=Q(state__in=["draft", "withdrawn"]) | Q(total_t__isnull=False, needed__gt=0),
            ),
            models.CheckConstraint(
                name="credit_neutrality_set_aside",
                condition=~Q(state__in=["applied", "approved", "certified"])
                | Q(reservation__isnull=False, account__isnull=False, asset__isnull=False),
            ),
            models.CheckConstraint(
                name="credit_neutrality_certified",
                condition=Q(state="certified", certificate__isnull=False)
                | (~Q(state="certified") & Q(certificate__isnull=True)),
            ),
        )
        indexes = (models.Index(fields=["organisation", "id"], name="credit_neutralities_of"),)

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        """What is neutral and when."""
        return f"{self.subject[:60]} {self.begins} – {self.ends}"

    @classmethod
    def visible_to(cls, user: Actor | None) -> models.QuerySet[Neutrality]:
        """Those of one's organisations and of those under one's supervision; nobody else's."""
        rows = cls.objects.select_related("organisation", "account", "asset", "certificate")
        return rows.none() if user is None else rows.filter(reach(user, SEE, organisation="organisation"))

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("neutrality", args=[self.pk])

    @step(
        Text("Work out the emissions", "核算排放"),
        ("draft", "calculated"),
        "calculated",
        right=APPLY,
        does=Text(
            "Amounts times the factors of the city's rulebook on the first day of the time, or a figure that is "
            "stated with its evidence, or both. A factor that the rulebook lacks is not made up: then nothing is done.",
            "以活动数据乘以规则库在起始日的因子,或填写有证据的数值,亦可两者并用。规则库没有的因子不作假定,此时不予核算。",
        ),
        asks=(
            Given(
                "electricity",
                Text("Electricity from the grid", "外购电力"),
                Text("Used for what is neutral, in the time.", "所述对象在该时段的用电量。"),
                "number",
                required=False,
                longest=20,
                unit=Text("MWh", "MWh"),
                example="120.5",
            ),
            Given(
                "heat",
                Text("Heat bought", "外购热力"),
                Text("Used for what is neutral, in the time.", "所述对象在该时段的用热量。"),
                "number",
                required=False,
                longest=20,
                unit=Text("GJ", "GJ"),
            ),
            Given(
                "stated",
                Text("Other emissions, stated", "其他排放(自报)"),
                Text(
                    "Worked out elsewhere, as by a verifier; the evidence says where.",
                    "在别处核算(如核查机构)的排放量,须说明证据。",
                ),
                "number",
                required=False,
                longest=20,
                unit=Text("tCO2e", "tCO2e"),
            ),
            Given(
                "evidence",
                Text("Evidence", "证据"),
                Text(
                    "Where the amounts come from: bills, meters, a report; needed for a stated figure.",
                    "数据来源:账单、计量、报告;填写自报数值时必填。",
                ),
                "area",
                required=False,
                longest=2000,
            ),
        ),
    )
    def calculate(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Work the emissions out, exact; a tonne that is begun needs a unit."""
        amounts = {name: given_amount("neutrality", name, given[name]) for name in ("electricity", "heat", "stated")}
        if amounts["stated"] and not given["evidence"]:
            raise refused_value(
                "register.E020", "neutrality", "evidence", None, _g("say where the stated figure comes from")
            )
        worked = list(self._worked(amounts))
        total = sum((each.t for each in worked), Decimal(0))
        if total <= 0:
            raise refused_value(
                "register.E021", "neutrality", "electricity", None, _g("name at least one amount above 0")
            )
        self.workings = [each.as_json() for each in worked]
        self.evidence = given["evidence"]
        self.total_t, self.needed = total.quantize(Decimal("0.000001")), whole_tonnes(total)

    def _worked(self, amounts: Mapping[str, Decimal | None]) -> list[Worked]:
        worked = []
        try:
            if amounts["electricity"]:
                worked.append(electricity(amounts["electricity"], self.begins))
            if amounts["heat"]:
                worked.append(heat(amounts["heat"], self.begins))
        except Unset as unset:
            raise refused_value("register.E022", "neutrality", "electricity", None, said(unset.text)) from unset
        if stated := amounts["stated"]:
            worked.append(Worked("stated", stated, "tCO2e", Decimal(1), "", "", "stated", "", stated))
        return worked

    @step(
        Text("Apply, and set units aside", "申请并预留单位"),
        "calculated",
        "applied",
        right=APPLY,
        does=Text(
            "Units of one credit in an account of the organisation are set aside: as many as the tonnes, a tonne "
            "that is begun counted. They cannot be sold or used for anything else until it is decided.",
            "从本单位账户中按吨数(不足一吨按一吨)预留一种减排量单位;作出决定前不得出售或另作他用。",
        ),
        asks=(
            Given(
                "account",
                Text("Account", "账户"),
                Text("Number of the account that holds them.", "持有单位的账户编号。"),
                longest=40,
            ),
            Given(
                "asset",
                Text("Credit", "减排量"),
                Text("Code of the credit.", "减排量代码。"),
                longest=32,
                example="PHCER",
            ),
        ),
        second_person=True,
    )
    def apply(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Set the units aside; a second person of the organisation confirms."""
        assert self.needed is not None
        self.account, self.asset = chosen(self.organisation, given["account"], given["asset"])
        self.reservation = set_aside(
            self.account, self.asset, self.needed, reason=f"neutrality {self.pk}", acting_user=acting_user
        )

    @step(
        Text("Approve", "审核通过"),
        "applied",
        "approved",
        right=REVIEW,
        whose=BUREAU,
        does=Text(
            "The figures, their evidence and the units set aside are in order.", "核算、证据与预留单位均符合要求。"
        ),
        public=True,
    )
    def approve(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """The bureau's review; nothing moves yet."""

    @step(
        Text("Cancel the units and certify", "注销单位并发证"),
        "approved",
        "certified",
        right=REVIEW,
        whose=BUREAU,
        does=Text(
            "The units are retired for good, and the certificate is made; a second person confirms.",
            "单位永久注销并出具证书;须经第二人确认。",
        ),
        second_person=True,
        public=True,
    )
    def cancel(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Retire what was set aside, with a certificate."""
        assert self.reservation is not None and self.account is not None
        self.certificate = retire(
            self.reservation,
            self.account,
            kind=CertificateKind.NEUTRALITY,
            beneficiary=self.organisation.name,
            purpose=f"{self.subject} ({self.begins} – {self.ends}, {self.total_t:f} tCO2e)"[:500],
            about_kind=self.SLUG,
            about=self.pk,
            acting_user=acting_user,
        )

    @step(
        Text("Refuse", "不予通过"),
        ("applied", "approved"),
        "refused",
        right=REVIEW,
        whose=BUREAU,
        does=Text("The units that were set aside are free again.", "释放预留单位。"),
        asks=(WHY,),
    )
    def refuse(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Give the units back."""
        self._free(acting_user)

    @step(
        Text("Withdraw", "撤回"),
        ("draft", "calculated", "applied"),
        "withdrawn",
        right=APPLY,
        does=Text("Units that were set aside are free again.", "释放预留单位。"),
    )
    def withdraw(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Give the units back, where there are some."""
        self._free(acting_user)

    def _free(self, acting_user: Actor) -> None:
        if self.reservation is not None and self.account is not None:
            give_back(self.reservation, self.account, reason=f"neutrality {self.pk}", acting_user=acting_user)


def checked(case: Neutrality) -> None:
    """What a new one must be.

    Raises
    ------
    InputRejected
        ``register.E023`` for a time that ends before it begins or spans years, whose factors differ.
    """
    if case.begins > case.ends or case.begins.year != case.ends.year:
        raise refused_value(
            "register.E023",
            "neutrality",
            "ends",
            str(case.ends),
            _g("must lie in the year of the first day, and not before it: each year has factors of its own"),
        )
