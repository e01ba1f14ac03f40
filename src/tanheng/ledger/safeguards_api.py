"""The safeguards in the API: trusted accounts, limits, hours, the calendar, and what the daily check found to differ.

Everybody who is signed in reads the rules that hold for all; only the bureau sets them. A list of trusted accounts is
kept by the accounts' owner.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query

from tanheng.ledger.access import (
    access_account,
    access_account_to_trust,
    access_asset,
    access_balances,
    access_days,
    access_difference,
    access_differences,
    access_limits,
    access_settings,
    access_settings_now,
    access_trusted,
    access_trusted_one,
)
from tanheng.ledger.actions import (
    do_add_trusted_account,
    do_explain_difference,
    do_remove_trusted_account,
    do_restore_balance,
    do_set,
    do_set_days,
    do_set_limit,
)
from tanheng.ledger.keeping_api import KEEP, router
from tanheng.ledger.models import CalendarDay, Difference, Limit, TrustedAccount
from tanheng.ledger.safeguards import NAMES
from tanheng.ledger.safeguards_schemas import (
    DayFilter,
    DayOut,
    DaysIn,
    DaysOut,
    DifferenceFilter,
    DifferenceOut,
    ExplanationIn,
    LimitFilter,
    LimitIn,
    LimitOut,
    ParameterOut,
    SettingIn,
    SettingName,
    SettingOut,
    TrustedIn,
    TrustedOut,
)
from tanheng.ledger.schemas import AccountNumber, AssetCode, BalanceOut, Id, facts
from tanheng.people.callers import anyone, caller
from tanheng.people.values import refused_value
from tanheng.web.cursors import Page, PageOut, Window, page
from tanheng.web.keys import once

__all__ = ["router"]

# Trusted accounts


@router.get("/accounts/{number}/trusted", response=PageOut[TrustedOut])
def trusted(request: HttpRequest, number: AccountNumber, window: Query[Window]) -> Page[Any]:
    """The accounts to which units may leave an account, those whose delay still runs too."""
    rows = access_trusted(access_account(caller(request), number))
    return page(rows, "id", window.cursor, window.limit)


@router.post("/accounts/{number}/trusted", response={201: TrustedOut}, auth=anyone(KEEP))
def trust(request: HttpRequest, number: AccountNumber, new: TrustedIn) -> HttpResponse:
    """Put an account on the list; it is trusted after the delay in force."""
    by = caller(request)

    def trust_it() -> TrustedAccount:
        account = access_account(by, number)
        other = access_account_to_trust(by, account, new.trusted)
        if other is None:
            raise refused_value("ledger.E027", "trusted account", "trusted", new.trusted, _("does not exist"))
        return access_trusted_one(account, do_add_trusted_account(account, other, acting_user=by).pk)

    return once(request, trust_it, TrustedOut, status=201)


@router.delete("/accounts/{number}/trusted/{trust}", response={204: None}, auth=anyone(KEEP))
def distrust(request: HttpRequest, number: AccountNumber, trust: Id) -> HttpResponse:
    """Take an account off the list, at once."""
    by = caller(request)

    def distrust_it() -> None:
        do_remove_trusted_account(access_trusted_one(access_account(by, number), trust), acting_user=by)

    return once(request, distrust_it, status=204)


# Limits


@router.get("/limits", response=PageOut[LimitOut])
def limits(request: HttpRequest, window: Query[Window], which: Query[LimitFilter]) -> Page[Any]:
    """The limits of one transfer, those replaced and those to come too; the newest first."""
    rows = access_limits(caller(request))
    if which.asset is not None:
        rows = rows.filter(asset__code=which.asset)
    if which.account is not None:
        rows = rows.filter(account__number=which.account)
    return page(rows, "id", window.cursor, window.limit, newest_first=True)


@router.post("/limits", response={201: LimitOut}, auth=anyone(KEEP))
def set_limit(request: HttpRequest, new: LimitIn) -> HttpResponse:
    """Set or lift the limit of one level: the registry, a type of account, one account."""
    by = caller(request)

    def set_it() -> Limit:
        account = None if new.account is None else access_account(by, new.account)
        asset = access_asset(by, new.asset)
        return do_set_limit(asset, account=account, **facts(new, "asset", "account"), acting_user=by)

    return once(request, set_it, LimitOut, status=201)


# Hours, delays and the calendar


@router.get("/settings", response=list[ParameterOut])
def settings(request: HttpRequest) -> list[dict[str, Any]]:
    """The parameters of the safeguards, with the value in force."""
    now = access_settings_now(caller(request))
    return [{"name": name, "meaning": meaning, "now": now[name]} for name, meaning in NAMES.items()]


@router.get("/settings/{setting}", response=PageOut[SettingOut])
def setting(request: HttpRequest, setting: SettingName, window: Query[Window]) -> Page[Any]:
    """Every value that a parameter had, has or will have; the latest first."""
    rows = access_settings(caller(request), setting)
    return page(rows, ("since", "id"), window.cursor, window.limit, newest_first=True)


@router.post("/settings/{setting}", response={201: SettingOut}, auth=anyone(KEEP))
def set_parameter(request: HttpRequest, setting: SettingName, new: SettingIn) -> HttpResponse:
    """Set a parameter, from now or a later moment on."""
    by = caller(request)
    return once(request, lambda: do_set(setting, **facts(new), acting_user=by), SettingOut, status=201)


@router.get("/days", response=PageOut[DayOut])
def days(request: HttpRequest, window: Query[Window], which: Query[DayFilter]) -> Page[Any]:
    """The days that are not what their weekday says: holidays, and weekend days that are worked."""
    rows = access_days(caller(request))
    if which.year is not None:
        rows = rows.filter(day__range=(date(which.year, 1, 1), date(which.year, 12, 31)))
    return page(rows, "day", window.cursor, window.limit)


@router.post("/days", response=DaysOut, auth=anyone(KEEP))
def set_days(request: HttpRequest, new: DaysIn) -> HttpResponse:
    """Say which days are holidays and which weekend days are worked; others stay as they are."""
    by = caller(request)

    def set_them() -> dict[str, list[CalendarDay]]:
        said = [(one.day, one.working, one.name) for one in new.days]
        return {"days": do_set_days(said, source=new.source, status=new.status, acting_user=by)}

    return once(request, set_them, DaysOut)


# What the daily check found


@router.get("/differences", response=PageOut[DifferenceOut])
def differences(request: HttpRequest, window: Query[Window], which: Query[DifferenceFilter]) -> Page[Any]:
    """What the daily check found to differ, for who looks over the whole registry; the newest first."""
    rows = access_differences(caller(request))
    if which.explained is not None:
        rows = rows.filter(explained_at__isnull=not which.explained)
    return page(rows, "id", window.cursor, window.limit, newest_first=True)


@router.get("/differences/{difference}", response=DifferenceOut, url_name="difference")
def difference(request: HttpRequest, difference: Id) -> Difference:
    """One of them."""
    return access_difference(caller(request), difference)


@router.post("/differences/{difference}/explain", response=DifferenceOut, auth=anyone(KEEP))
def explain(request: HttpRequest, difference: Id, how: ExplanationIn) -> HttpResponse:
    """Say how a difference came about, once it is mended; the books are looked through again for that."""
    by = caller(request)

    def explain_it() -> Difference:
        do_explain_difference(access_difference(by, difference), how.explanation, acting_user=by)
        return access_difference(by, difference)

    return once(request, explain_it, DifferenceOut)


@router.post("/accounts/{number}/balances/{asset}/restore", response=BalanceOut, auth=anyone(KEEP))
def restore(request: HttpRequest, number: AccountNumber, asset: AssetCode) -> HttpResponse:
    """Set a balance to what its postings and reservations say, and to nothing else."""
    by = caller(request)

    def restore_it() -> dict[str, Any]:
        account, what = access_account(by, number), access_asset(by, asset)
        do_restore_balance(account, what.pk, acting_user=by)
        now = access_balances(account).get(asset=what)
        return {"asset": what.code, "unit": what.unit, "posted": now.posted, "reserved": now.reserved}

    return once(request, restore_it, BalanceOut)
