"""Persons, points and the shop, from outside, below ``/api/credits/points``.

For an operator, of its own applications by mandate:

POST /applications/{id}/persons                       enrol, some at once
GET  /applications/{id}/persons                       the mandates, by pseudonym
POST /applications/{id}/persons/{person}/withdraw     the mandate ends at the person's word
POST /applications/{id}/persons/{person}/key          a new key for who lost it
POST /applications/{id}/persons/{person}/redemptions  redeem on the person's behalf

For a person's own app, with the person's key as bearer: ``/mine`` and below.
For anybody: ``/shop``. For the bureau: grantings, gatherings, goods, statistics, erasure.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Status

from tanheng.credits.intake.access import access_working
from tanheng.credits.points import own
from tanheng.credits.points.access import (
    NotOfPoints,
    access_gatherings,
    access_good,
    access_goods,
    access_grantings,
    access_mandate,
    access_mandates,
    access_person_for_erasure,
    access_redemption,
    access_redemptions,
    access_served_one,
)
from tanheng.credits.points.actions import (
    do_cancel_used_points,
    do_change_good,
    do_enrol_person,
    do_erase_person,
    do_give_back,
    do_grant_run,
    do_make_link_code,
    do_offer_good,
    do_redeem,
    do_renew_key,
    do_withdraw_mandate,
)
from tanheng.credits.points.models import Person, Redemption
from tanheng.credits.points.persons import RESIDENT
from tanheng.credits.points.residents import TRIES, PersonKey
from tanheng.credits.points.schemas import (
    CodeOut,
    EnrolIn,
    EnrolledAllOut,
    EraseIn,
    ErasureOut,
    GatheringOut,
    GatheringsOut,
    GiveBackIn,
    GoodChangeIn,
    GoodNewIn,
    GoodOut,
    GrantedOut,
    GrantingOut,
    HoldingOut,
    MandateOut,
    OwnDayOut,
    OwnMandateOut,
    PersonKeyOut,
    PointStatisticsOut,
    RedeemIn,
    RedemptionOut,
    RunIn,
)
from tanheng.credits.points.shop import GoodIn
from tanheng.credits.points.statistics import persons_of_applications, statistics
from tanheng.people.callers import anyone, caller
from tanheng.people.models import Organisation
from tanheng.people.origin import coming_from
from tanheng.people.rights import HOUSE, reach, require
from tanheng.web.cursors import Page, PageOut, Window, page
from tanheng.web.keys import key_of, once

READ, WRITE = "credits:read", "credits:write"
router = Router(tags=["credits"], auth=anyone(READ))
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
MINE = [PersonKey()]


# Operators


@router.post("/applications/{application}/persons", response=EnrolledAllOut, auth=anyone(WRITE))
def enrol(request: HttpRequest, application: Id, what: EnrolIn) -> HttpResponse:
    """Enrol persons who gave the mandate; a reference that is known answers the same person, without a key."""
    by = caller(request)
    found = access_served_one(by, application)

    # Not kept under an idempotency key: the answer holds keys, which are kept nowhere. A reference is key enough.
    def deed() -> dict[str, Any]:
        made = [
            do_enrol_person(found, each.reference, link_code=each.link_code, acting_user=by) for each in what.persons
        ]
        return {
            "persons": [
                {"reference": each.mandate.reference, "person": each.person.pseudonym, "key": each.key} for each in made
            ]
        }

    with transaction.atomic():
        told = deed()
    answer = EnrolledAllOut.model_validate(told).model_dump_json()
    return HttpResponse(answer, content_type="application/json", headers={"Cache-Control": "no-store"})


@router.get("/applications/{application}/persons", response=PageOut[MandateOut])
def persons(request: HttpRequest, application: Id, window: Query[Window]) -> Page[Any]:
    """The mandates given to an application, the latest first."""
    rows = access_mandates(access_served_one(caller(request), application))
    return page(rows, "id", window.cursor, window.limit, newest_first=True)


@router.post("/applications/{application}/persons/{person}/withdraw", response=MandateOut, auth=anyone(WRITE))
def withdraw(request: HttpRequest, application: Id, person: UUID) -> HttpResponse:
    """End the mandate, at the person's word."""
    by = caller(request)
    return once(
        request, lambda: do_withdraw_mandate(access_mandate(by, application, person), acting_user=by), MandateOut
    )


@router.post("/applications/{application}/persons/{person}/key", response=PersonKeyOut, auth=anyone(WRITE))
def renew_key(request: HttpRequest, application: Id, person: UUID) -> HttpResponse:
    """A new key for a person who lost it; hand it over and do not keep it."""
    by = caller(request)
    mandate = access_mandate(by, application, person)
    return _key(do_renew_key(mandate.person, mandate.application, acting_user=by))


@router.post(
    "/applications/{application}/persons/{person}/redemptions", response={201: RedemptionOut}, auth=anyone(WRITE)
)
def redeem_for(request: HttpRequest, application: Id, person: UUID, what: RedeemIn) -> HttpResponse:
    """Redeem points of a person who asks for it in the operator's application."""
    by, key = caller(request), key_of(request, required=True)

    def deed() -> Redemption:
        mandate = access_mandate(by, application, person)
        good = access_good(by, what.good, mandate.person)
        return do_redeem(
            mandate.person,
            good,
            what.quantity,
            key=_fitted(key),
            application=mandate.application,
            acting_user=by,
        )

    return once(request, deed, RedemptionOut, status=201, required=True)


# The shop


@router.get("/shop", response=PageOut[GoodOut], auth=None)
def shop(request: HttpRequest, window: Query[Window]) -> Page[Any]:
    """What is to be had by everybody, for anybody to read."""
    return page(access_goods(None), "id", window.cursor, window.limit)


@router.get("/goods", response=PageOut[GoodOut])
def goods(request: HttpRequest, window: Query[Window]) -> Page[Any]:
    """The goods of the shop, and one's own out of it."""
    return page(access_goods(caller(request)), "id", window.cursor, window.limit)


@router.post("/goods", response={201: GoodOut}, auth=anyone(WRITE))
def offer(request: HttpRequest, what: GoodNewIn) -> HttpResponse:
    """Put a good into the shop."""
    by = caller(request)

    def deed() -> Any:
        offered_by = None
        if what.offered_by is not None:
            seen = reach(by, "points.see")
            offered_by = Organisation.objects.filter(seen, pk=what.offered_by).first()
            if offered_by is None:
                raise NotOfPoints
        open_to = access_served_one(by, what.open_to) if what.open_to is not None else None
        new = GoodIn(what.name_zh, what.name_en, what.price, what.stock, what.about_zh, what.about_en)
        return do_offer_good(new, offered_by=offered_by, open_to=open_to, acting_user=by)

    return once(request, deed, GoodOut, status=201)


@router.post("/goods/{good}", response=GoodOut, auth=anyone(WRITE))
def change(request: HttpRequest, good: Id, what: GoodChangeIn) -> HttpResponse:
    """Another price, more of it, or out of the shop."""
    by = caller(request)

    def deed() -> Any:
        found = access_good(by, good)
        return do_change_good(found, price=what.price, add_stock=what.add_stock, offered=what.offered, acting_user=by)

    return once(request, deed, GoodOut)


@router.get("/redemptions", response=PageOut[RedemptionOut])
def redemptions(request: HttpRequest, window: Query[Window]) -> Page[Any]:
    """What was redeemed of goods that one's organisation offers, the latest first."""
    return page(access_redemptions(caller(request)), "id", window.cursor, window.limit, newest_first=True)


@router.post("/redemptions/{redemption}/back", response=RedemptionOut, auth=anyone(WRITE))
def give_back(request: HttpRequest, redemption: Id, what: GiveBackIn) -> HttpResponse:
    """Give the points back, where the good cannot be delivered."""
    by = caller(request)
    return once(
        request, lambda: do_give_back(access_redemption(by, redemption), what.why, acting_user=by), RedemptionOut
    )


# The bureau


@router.get("/statistics", response=PointStatisticsOut)
def figures(request: HttpRequest) -> Any:
    """All persons together."""
    require(caller(request), "points.see", None)
    return {**asdict(statistics()), "applications": persons_of_applications()}


@router.get("/grantings", response=PageOut[GrantingOut])
def grantings(request: HttpRequest, window: Query[Window]) -> Page[Any]:
    """What was granted, the latest first."""
    return page(access_grantings(caller(request)), "id", window.cursor, window.limit, newest_first=True)


@router.post("/grantings", response=GrantedOut, auth=anyone(WRITE))
def grant(request: HttpRequest, what: RunIn) -> HttpResponse:
    """Grant the points of a run; each day of a person once, however often it is asked for."""
    by = caller(request)

    def deed() -> dict[str, Any]:
        outcome = do_grant_run(access_working(by, what.run), acting_user=by)
        return {
            "points": outcome.points,
            "grantings": [each.pk for each in outcome.grantings],
            "left_out": {reason: count for reason, count in outcome.left_out.items() if count},
            "points_missing": dict(outcome.reasons),
        }

    return once(request, deed, GrantedOut)


@router.get("/gatherings", response=PageOut[GatheringOut])
def gatherings(request: HttpRequest, window: Query[Window]) -> Page[Any]:
    """The cancellations of used points, the latest first."""
    return page(access_gatherings(caller(request)), "id", window.cursor, window.limit, newest_first=True)


@router.post("/gatherings", response=GatheringsOut, auth=anyone(WRITE))
def cancel(request: HttpRequest) -> HttpResponse:
    """Gather the points that were used until now and cancel them."""
    by = caller(request)
    return once(request, lambda: {"gatherings": do_cancel_used_points(acting_user=by)}, GatheringsOut)


@router.post("/persons/{person}/erase", response=ErasureOut, auth=anyone(WRITE))
def erase(request: HttpRequest, person: UUID, why: EraseIn) -> HttpResponse:
    """Erase a person who wrote to the bureau."""
    by = caller(request)

    def deed() -> Any:
        done = do_erase_person(access_person_for_erasure(by, person), reason=why.reason, acting_user=by)
        done.refresh_from_db()
        return done

    return once(request, deed, ErasureOut)


# A person's own


@router.get("/mine", response=HoldingOut, auth=MINE, throttle=[TRIES])
def my_points(request: HttpRequest) -> Any:
    """What the person holds."""
    return own.holding(_person(request))


@router.get("/mine/days", response=list[OwnDayOut], auth=MINE, throttle=[TRIES])
def my_days(request: HttpRequest, first: date, last: date) -> Any:
    """The person's days, from one to another, at most a year."""
    first = max(first, date.fromordinal(max(1, last.toordinal() - 365)))
    return own.days_of(_person(request), first, last)


@router.get("/mine/mandates", response=list[OwnMandateOut], auth=MINE, throttle=[TRIES])
def my_mandates(request: HttpRequest) -> Any:
    """Who may report of the person, and who could before."""
    return own.mandates_of(_person(request))


@router.post("/mine/mandates/{mandate}/withdraw", response=OwnMandateOut, auth=MINE, throttle=[TRIES])
def withdraw_mine(request: HttpRequest, mandate: Id) -> Any:
    """Take a mandate back."""
    found = _person(request).mandates.select_related("application__organisation").filter(pk=mandate).first()
    if found is None:
        raise NotOfPoints
    with coming_from(RESIDENT):
        return do_withdraw_mandate(found, acting_user=HOUSE)


@router.get("/mine/data", auth=MINE, throttle=[TRIES])
def my_data(request: HttpRequest) -> dict[str, Any]:
    """All that is kept of the person."""
    return own.everything_of(_person(request))


@router.post("/mine/redemptions", response={201: RedemptionOut}, auth=MINE, throttle=[TRIES])
def redeem(request: HttpRequest, what: RedeemIn) -> Any:
    """Redeem points; with the same ``Idempotency-Key`` once."""
    person = _person(request)
    key = _fitted(key_of(request, required=True))
    return Status(201, do_redeem(person, access_good(None, what.good, person), what.quantity, key=key))


@router.post("/mine/code", response=CodeOut, auth=MINE, throttle=[TRIES])
def my_code(request: HttpRequest) -> dict[str, str]:
    """A code with which one more application enrols the person."""
    return {"code": do_make_link_code(_person(request))}


@router.post("/mine/key", response=PersonKeyOut, auth=MINE, throttle=[TRIES])
def my_key(request: HttpRequest) -> HttpResponse:
    """Another key; this one is void from now on."""
    with coming_from(RESIDENT):
        return _key(do_renew_key(_person(request), None, acting_user=HOUSE))


@router.post("/mine/erase", response=ErasureOut, auth=MINE, throttle=[TRIES])
def erase_me(request: HttpRequest) -> Any:
    """Erase the person, with all that is kept of it; it cannot be undone."""
    done = do_erase_person(_person(request))
    done.refresh_from_db()
    return done


def _fitted(key: str | None) -> str:
    """A key of any length as one of 64 characters."""
    return hashlib.sha256((key or "").encode()).hexdigest()


def _person(request: HttpRequest) -> Person:
    person = getattr(request, "auth", None)
    assert isinstance(person, Person)
    return person


def _key(key: str) -> HttpResponse:
    answer = PersonKeyOut(key=key).model_dump_json()
    return HttpResponse(answer, content_type="application/json", headers={"Cache-Control": "no-store"})
