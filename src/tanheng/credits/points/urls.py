"""Addresses of ``tanheng.credits.points``, below ``/credits/``."""

from __future__ import annotations

from datetime import date

from django.urls import path, register_converter
from django.urls.converters import get_converters

from tanheng.credits.points import office, pages


class Day:
    """A calendar day, as 2026-03-31."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """The day; no page where there is no such day."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """As ISO 8601 writes it."""
        return value.isoformat()


if "day" not in get_converters():
    register_converter(Day, "day")

urlpatterns = [
    path("mine/", pages.mine, name="mine"),
    path("mine/days/<day:day>/", pages.my_day, name="my_day"),
    path("mine/statement/", pages.my_statement, name="my_statement"),
    path("mine/data.json", pages.my_data, name="my_data"),
    path("mine/mandates/<int:mandate>/withdraw/", pages.withdraw_mandate, name="withdraw_mandate"),
    path("mine/key/", pages.new_key, name="new_key"),
    path("mine/code/", pages.link_code, name="link_code"),
    path("mine/erase/", pages.erase_me, name="erase_me"),
    path("mine/leave/", pages.leave, name="leave"),
    path("shop/", pages.shop, name="shop"),
    path("shop/<int:good>/", pages.redeem, name="redeem"),
    path("points/", office.points, name="points"),
    path("points/grant/", office.grant_points, name="grant_points"),
    path("points/cancel/", office.cancel_points, name="cancel_points"),
    path("points/erase/", office.erase_person, name="erase_person"),
    path("points/applications/<int:application>/", office.persons, name="persons"),
    path("points/applications/<int:application>/enrol/", office.enrol, name="enrol_person"),
    path("points/goods/", office.goods, name="goods"),
    path("points/goods/new/", office.new_good, name="new_good"),
    path("points/goods/<int:good>/", office.change_good, name="change_good"),
    path("points/redemptions/<int:redemption>/back/", office.give_back, name="give_back"),
]
