"""All that can be done to persons and points, by verb."""

from __future__ import annotations

from tanheng.credits.points.erasure import do_erase_person
from tanheng.credits.points.granting import do_grant_points, do_grant_run
from tanheng.credits.points.persons import (
    do_enrol_person,
    do_make_link_code,
    do_renew_key,
    do_withdraw_mandate,
)
from tanheng.credits.points.scheme import do_define_points
from tanheng.credits.points.shop import (
    do_cancel_used_points,
    do_change_good,
    do_give_back,
    do_offer_good,
    do_redeem,
)

__all__ = [
    "do_cancel_used_points",
    "do_change_good",
    "do_define_points",
    "do_enrol_person",
    "do_erase_person",
    "do_give_back",
    "do_grant_points",
    "do_grant_run",
    "do_make_link_code",
    "do_offer_good",
    "do_redeem",
    "do_renew_key",
    "do_withdraw_mandate",
]
