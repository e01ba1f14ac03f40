"""Certificates in words."""

from __future__ import annotations

from decimal import Decimal

from django import template

from tanheng.credits.register.models import Certificate, CertificateKind
from tanheng.credits.register.units import serial_text
from tanheng.policy.parameters import STATUS_WORDS
from tanheng.text import Text
from tanheng.web.templatetags.page import said

register = template.Library()

TITLES = {
    CertificateKind.RETIREMENT: Text("Certificate of retirement", "减排量注销证书"),
    CertificateKind.NEUTRALITY: Text("Certificate of carbon neutrality", "碳中和证书"),
    CertificateKind.OFFSET: Text("Certificate of offset use", "履约抵销注销证书"),
}
SAYS = {
    CertificateKind.RETIREMENT: Text(
        "{holder} has retired certified emission reductions of carbon inclusion, for good and for nobody else's use, "
        "for {beneficiary}:",
        "{holder}已为{beneficiary}永久注销碳普惠核证减排量,所注销单位不得再作他用:",
    ),
    CertificateKind.NEUTRALITY: Text(
        "{holder} has covered its reviewed emissions with certified emission reductions of carbon inclusion, which "
        "were cancelled for good:",
        "{holder}以碳普惠核证减排量中和经审核的排放,所用单位已永久注销:",
    ),
    CertificateKind.OFFSET: Text(
        "{holder} has offset emissions in the carbon market with certified emission reductions, which were "
        "cancelled for good:",
        "{holder}以核证减排量抵销碳市场履约排放,所用单位已永久注销:",
    ),
}
ACTIVITIES = {
    "electricity": Text("electricity from the grid", "外购电力"),
    "heat": Text("heat bought", "外购热力"),
    "stated": Text("other emissions, stated", "其他排放(自报)"),
}
STATED = Text("stated by the applicant", "申请人自报")
SOMEBODY = Text("a beneficiary who is not named here", "未公开名称的受益人")


@register.filter
def certificate_title(certificate: Certificate) -> str:
    """What it is called."""
    return said(TITLES[CertificateKind(certificate.kind)])


@register.filter
def certificate_says(certificate: Certificate, whole: bool) -> str:
    """Its sentence; ``whole`` with the beneficiary."""
    text = said(SAYS[CertificateKind(certificate.kind)])
    return text.format(
        holder=certificate.holder or certificate.account.number,
        beneficiary=certificate.beneficiary if whole else said(SOMEBODY),
    )


@register.simple_tag
def serials(asset: str, vintage: int | None, first: int, last: int) -> str:
    """A run of serial numbers as it is written everywhere."""
    return serial_text(asset, vintage, first, last)


@register.filter
def counted(value: int) -> str:
    """A whole number with its thousands apart."""
    return f"{value:,}"


@register.filter
def amount(value: Decimal | str | None) -> str:
    """An exact amount without zeros at its end; a dash for none."""
    if value is None or value == "":
        return "–"
    text = f"{Decimal(value):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def activity(name: str) -> str:
    """An activity of a neutrality in words."""
    return said(ACTIVITIES.get(name, Text(name, name)))


@register.filter
def status_word(word: str) -> str:
    """How sure a factor is, in words."""
    return said(STATUS_WORDS[word].text) if word in STATUS_WORDS else said(STATED)
