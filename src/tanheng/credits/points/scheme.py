"""The points of the city: one asset of the ledger, of a limited life; where it is not there, nothing is granted."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tanheng.ledger.actions import do_define_asset
from tanheng.ledger.models import Account, Asset, AssetKind
from tanheng.people.rights import Actor
from tanheng.people.values import refused_value

# 《深圳市碳普惠管理办法》: points live at most ten years. The database has the same bound (guards.py).
LONGEST_MONTHS = 120


def do_define_points(code: str, name: str, life_months: int, *, acting_user: Actor) -> Asset:
    """Define the points that persons get.

    Raises
    ------
    InputRejected
        ``points.E010`` for a life that is none or above ten years, ``points.E011`` where there are points already.
    """
    fit_life(life_months)
    if Asset.objects.filter(kind=AssetKind.POINTS).exists():
        raise refused_value("points.E011", "asset", "kind", code, _("there are points already, and no others"))
    return do_define_asset(code, AssetKind.POINTS, name, life_months=life_months, acting_user=acting_user)


def fit_life(life_months: int | None) -> None:
    """Go on only with a life that the rule allows.

    Raises
    ------
    InputRejected
        ``points.E010``.
    """
    if life_months is None or not 1 <= life_months <= LONGEST_MONTHS:
        message = _("must be from 1 to %d months: points live at most ten years") % LONGEST_MONTHS
        value = None if life_months is None else str(life_months)
        raise refused_value("points.E010", "asset", "life_months", value, message)


def the_points() -> Asset | None:
    """The asset; None where there is none yet, or several and none is the city's."""
    found = list(Asset.objects.filter(kind=AssetKind.POINTS).order_by("pk")[:2])
    return found[0] if len(found) == 1 else None


def the_points_or_say() -> Asset:
    """The asset, of a life that the rule allows.

    Raises
    ------
    InputRejected
        ``points.E012`` where there is none or there are several, ``points.E010`` for their life.
    """
    found = the_points()
    if found is None:
        message = _("the ledger has no points, or several kinds of them; there must be one")
        raise refused_value("points.E012", "asset", "kind", None, message, _("The bureau defines it in the ledger"))
    fit_life(found.life_months)
    return found


def retirement_account() -> Account:
    """Where points end that were used or lapsed.

    Raises
    ------
    InputRejected
        ``ledger.E031`` where the registry has none.
    """
    found = Account.objects.filter(type_id="retirement", owner=None).order_by("pk").first()
    if found is None:
        raise refused_value("ledger.E031", "account", "type", None, _("the registry has no retirement account"))
    return found
