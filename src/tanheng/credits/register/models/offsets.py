"""Credits that an emitter uses in place of allowances it lacks, within the limit of the city's rulebook.

    draft ──apply──> applied ──hold against limit──> checked ──accept──> accepted

The limit is a share of the part by which the year's allowances fall short of the verified emissions (Shenzhen order
343). Where the rulebook has no share for the year, nothing is checked and nothing accepted. Carbon-inclusive credits
count as certified reductions of that order.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_FLOOR
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from tanheng.cases.models import Case
from tanheng.cases.steps import BUREAU, Given, state_field, step
from tanheng.credits.register.emissions import Unset, number
from tanheng.credits.register.models.certificates import Certificate, CertificateKind
from tanheng.credits.register.models.neutrality import WHY
from tanheng.credits.register.reservations import chosen, give_back, retire, set_aside
from tanheng.credits.register.values import given_amount, given_whole
from tanheng.ledger.models import Account, Asset
from tanheng.people.models import Organisation
from tanheng.people.rights import Actor, reach
from tanheng.people.values import refused_value
from tanheng.text import Text
from tanheng.web.templatetags.page import said

USE, REVIEW, SEE = "offsets.use", "offsets.review", "projects.see"
SHARE = "allowances.offset_share"
OPEN = ("applied", "checked", "accepted")


class OffsetUse(Case):
    """An emitter's wish to cover part of a year's shortfall with credits."""

    AREA, SEE, LIST = "credits", "projects.see", "offset_uses"
    SLUG: ClassVar[str] = "offsets"
    NAME: ClassVar[Text] = Text("Offset in surrender", "履约抵销")
    STATES: ClassVar[Mapping[str, Text]] = {
        "draft": Text("draft", "草稿"),
        "applied": Text("applied for, units set aside", "已申请,单位已预留"),
        "checked": Text("within the limit", "核对未超上限"),
        "accepted": Text("accepted, units cancelled", "已接受并注销"),
        "refused": Text("refused", "不予接受"),
        "withdrawn": Text("withdrawn", "已撤回"),
    }
    INITIAL: ClassVar[str] = "draft"

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="offset_uses")
    state = state_field(INITIAL)
    year = models.PositiveSmallIntegerField(_("compliance year"))
    quantity = models.BigIntegerField(_("units"), null=True, blank=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    asset = models.ForeignKey(Asset, models.PROTECT, null=True, blank=True, related_name="+")
    reservation = models.BigIntegerField(_("reservation"), null=True, blank=True)
    emissions_t = models.DecimalField(_("verified emissions"), max_digits=18, decimal_places=6, null=True, blank=True)
    allowances_t = models.DecimalField(_("allowances held"), max_digits=18, decimal_places=6, null=True, blank=True)
    share = models.DecimalField(_("share of the shortfall"), max_digits=8, decimal_places=6, null=True, blank=True)
    share_from = models.CharField(_("where the share comes from"), max_length=300, blank=True)
    limit = models.BigIntegerField(_("units at most"), null=True, blank=True)
    certificate = models.OneToOneField(Certificate, models.PROTECT, null=True, blank=True, related_name="offset_use")

    class Meta:
        verbose_name = _("offset use")
        verbose_name_plural = _("offset uses")
        constraints = (
            # The limit is of the year: one use stands at a time, and one that was accepted is the year's.
            models.UniqueConstraint(
                name="credit_offset_once_a_year", fields=["organisation", "year"], condition=Q(state__in=OPEN)
            ),
            models.CheckConstraint(
                name="credit_offset_set_aside",
                condition=~Q(state__in=OPEN)
                | Q(reservation__isnull=False, account__isnull=False, asset__isnull=False, quantity__gt=0),
            ),
            models.CheckConstraint(
                name="credit_offset_within_limit",
                condition=~Q(state__in=["checked", "accepted"])
                | Q(limit__isnull=False, share__isnull=False, quantity__lte=F("limit")),
            ),
            models.CheckConstraint(
                name="credit_offset_certified",
                condition=Q(state="accepted", certificate__isnull=False)
                | (~Q(state="accepted") & Q(certificate__isnull=True)),
            ),
        )
        indexes = (models.Index(fields=["organisation", "id"], name="credit_offsets_of"),)

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        """Whose and of which year."""
        return f"{self.organisation.name[:60]} {self.year}"

    @classmethod
    def visible_to(cls, user: Actor | None) -> models.QuerySet[OffsetUse]:
        """Those of one's organisations and of those under one's supervision; nobody else's."""
        rows = cls.objects.select_related("organisation", "account", "asset", "certificate")
        return rows.none() if user is None else rows.filter(reach(user, SEE, organisation="organisation"))

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("offset_use", args=[self.pk])

    @step(
        Text("Apply, and set units aside", "申请并预留单位"),
        "draft",
        "applied",
        right=USE,
        does=Text(
            "Credits in an account of the emitter are set aside until the bureau decides; a second person confirms.",
            "从本单位账户预留减排量直至主管部门作出决定;须经第二人确认。",
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
            Given(
                "quantity",
                Text("Units", "单位数"),
                Text("How many tonnes of the shortfall they are to cover.", "拟抵销的缺口吨数。"),
                "number",
                longest=15,
                unit=Text("tCO2e", "tCO2e"),
            ),
        ),
        second_person=True,
    )
    def apply(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Set the units aside."""
        self.quantity = given_whole("offsets", "quantity", given["quantity"])
        self.account, self.asset = chosen(self.organisation, given["account"], given["asset"])
        standing = OffsetUse.objects.filter(organisation=self.organisation, year=self.year, state__in=OPEN)
        if standing.exists():
            message = _g("has a use that stands for this year already; withdraw that one first")
            raise refused_value("register.E030", "offsets", "year", str(self.year), message)
        self.reservation = set_aside(
            self.account, self.asset, self.quantity, reason=f"offset {self.pk}", acting_user=acting_user
        )

    @step(
        Text("Check against the limit", "核对抵销上限"),
        "applied",
        "checked",
        right=REVIEW,
        whose=BUREAU,
        does=Text(
            "The share of the rulebook on the last day of the year, of the part by which the allowances fall short of "
            "the verified emissions, rounded down. Where the rulebook has no share it stays undetermined.",
            "按规则库在该年度末日的比例,乘以配额低于核查排放的缺口,向下取整。规则库没有比例时保持未定。",
        ),
        asks=(
            Given(
                "emissions",
                Text("Verified emissions", "核查排放量"),
                Text("Of the year, as verified.", "该年度经核查的排放量。"),
                "number",
                longest=20,
                unit=Text("tCO2e", "tCO2e"),
            ),
            Given(
                "allowances",
                Text("Allowances", "配额"),
                Text("That the emitter has for the year, before any offset.", "抵销前该年度可用的配额。"),
                "number",
                longest=20,
                unit=Text("tCO2e", "tCO2e"),
            ),
        ),
    )
    def hold_against_limit(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Work out the limit and hold the units against it."""
        assert self.quantity is not None
        emissions = given_amount("offsets", "emissions", given["emissions"])
        allowances = given_amount("offsets", "allowances", given["allowances"])
        assert emissions is not None and allowances is not None
        try:
            share, cell = number(SHARE, date(self.year, 12, 31))
        except Unset as unset:
            raise refused_value("register.E031", "offsets", "year", str(self.year), said(unset.text)) from unset
        shortfall = max(emissions - allowances, emissions * 0)
        limit = int((shortfall * share).to_integral_value(ROUND_FLOOR))
        if self.quantity > limit:
            message = _g("is more than the limit of %(limit)d: %(share)s of a shortfall of %(shortfall)s t") % {
                "limit": limit,
                "share": f"{share.normalize():f}",
                "shortfall": f"{shortfall:f}",
            }
            hint = _g("Refuse it, or let the emitter withdraw it and apply for less")
            raise refused_value("register.E032", "offsets", "quantity", str(self.quantity), message, hint)
        self.emissions_t, self.allowances_t, self.share, self.limit = emissions, allowances, share, limit
        self.share_from = f"{SHARE}: {cell.source.document} ({cell.status.word})"[:300]

    @step(
        Text("Accept, and cancel the units", "接受并注销单位"),
        "checked",
        "accepted",
        right=REVIEW,
        whose=BUREAU,
        does=Text(
            "The units are retired for good in place of allowances; a second person confirms.",
            "单位永久注销以抵销配额缺口;须经第二人确认。",
        ),
        second_person=True,
    )
    def accept(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Retire what was set aside, with a certificate."""
        assert self.reservation is not None and self.account is not None
        self.certificate = retire(
            self.reservation,
            self.account,
            kind=CertificateKind.OFFSET,
            beneficiary=self.organisation.name,
            purpose=_OFFSET.format(year=self.year).in_language("en") + " / " + _OFFSET.format(year=self.year).zh,
            about_kind=self.SLUG,
            about=self.pk,
            acting_user=acting_user,
        )

    @step(
        Text("Refuse", "不予接受"),
        ("applied", "checked"),
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
        ("draft", "applied", "checked"),
        "withdrawn",
        right=USE,
        does=Text("Units that were set aside are free again.", "释放预留单位。"),
    )
    def withdraw(self, given: Mapping[str, str], acting_user: Actor) -> None:
        """Give the units back, where there are some."""
        self._free(acting_user)

    def _free(self, acting_user: Actor) -> None:
        if self.reservation is not None and self.account is not None:
            give_back(self.reservation, self.account, reason=f"offset {self.pk}", acting_user=acting_user)


_OFFSET = Text("Offset of emissions of {year} in the carbon market", "{year}年度碳市场履约抵销")
