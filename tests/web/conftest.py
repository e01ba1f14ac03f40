"""A small API of a shop, on the house's root: its faults are what a client of the real one would see."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path
from ninja import Field, Query, Router, Schema
from ninja.security import HttpBearer

from tanheng.transparency.models import Pending
from tanheng.web import keys
from tanheng.web.api import Api
from tanheng.web.cursors import Page, PageOut, Window, page, page_of
from tanheng.web.problems import Fault, Problem, translate
from tanheng.web.rates import Rate


class OutOfStock(Exception):
    """An exception of an app, which knows no HTTP."""


translate(OutOfStock, lambda error: Problem(409, "shop.out-of-stock", detail=f"There is no {error} left."))


class HttpBearerOfNobody(HttpBearer):
    """No token is good enough."""

    def authenticate(self, request: HttpRequest, token: str) -> None:
        return None


class Order(Schema):
    """What a client sends."""

    kind: int = Field(ge=0, le=32767)
    quantity: int = Field(gt=0)
    password: str = Field("", max_length=3)


class Limit(Schema):
    """A parameter of the address."""

    limit: int = Field(1, ge=1)


class Row(Schema):
    """What it is answered."""

    id: int
    kind: int
    ref: int


router = Router(tags=["shop"])
deeds: list[int] = []


@router.post("/orders", response={201: Row})
def order(request: HttpRequest, payload: Order, limit: Query[Limit]) -> HttpResponse:
    """Write a row; quantity 999 is refused after it was written, 500 breaks."""

    def deed() -> Pending:
        deeds.append(payload.quantity)
        row = Pending.objects.create(kind=payload.kind, ref=payload.quantity)
        if payload.quantity == 999:
            raise OutOfStock("apple")
        if payload.quantity == 500:
            raise ZeroDivisionError("secret inner detail")
        if payload.quantity == 422:
            Pending.objects.create(kind=40000, ref=0)
        return row

    return keys.once(request, deed, Row, status=201)


@router.post("/careful-orders", response={201: Row})
def careful_order(request: HttpRequest, payload: Order) -> HttpResponse:
    """An order that needs a key."""
    return keys.once(request, lambda: Pending.objects.create(kind=1, ref=1), Row, status=201, required=True)


@router.get("/orders", response=PageOut[Row])
def orders(request: HttpRequest, window: Query[Window], newest_first: bool = False) -> Page[Pending]:
    """All orders, by kind and id."""
    key = ("kind", "ref", "id")
    return page(Pending.objects.all(), key, window.cursor, window.limit, newest_first=newest_first)


@router.get("/squares", response=PageOut[int])
def squares(request: HttpRequest, window: Query[Window]) -> Page[int]:
    """Rows that come from no query."""

    def fetch(after: tuple[int | str, ...] | None, limit: int) -> list[int]:
        first = 0 if after is None else int(after[0]) + 1
        return list(range(first, min(first + limit, 23)))

    return page_of(fetch, lambda row: (row,), (int,), window.cursor, window.limit)


@router.get("/seldom", throttle=Rate(per_minute=60, burst=3, name="seldom"))
def seldom(request: HttpRequest) -> list[int]:
    """Three at once, then one a second."""
    return []


@router.get("/members-only", auth=HttpBearerOfNobody())
def members_only(request: HttpRequest) -> None:
    """Nobody has a token for it."""


@router.get("/refused")
def refused(request: HttpRequest) -> None:
    """Two faults at once."""
    raise Problem(409, "shop.closed", "The shop is closed", errors=[Fault("/day", "is a Sunday"), Fault("/hour", "3")])


api = Api(title="A shop", urls_namespace="shop")
api.add_router("", router)
urlpatterns = [path("api/", api.urls)]


@pytest.fixture
def shop():
    """A client of the shop; ``deeds`` tells what was really done."""
    from django.test import Client

    deeds.clear()
    with override_settings(ROOT_URLCONF=__name__, SECURE_SSL_REDIRECT=False):
        yield Client(raise_request_exception=False, headers={"Accept-Language": "en"})


@pytest.fixture
def done():
    """What deeds were performed."""
    return deeds
