"""The shop: goods for points, what a person redeems, and the cancellation of used points by the platform.

    redeem ──reserved in the ledger──> used ──gathered──> cancelled (the ledger's retirement account)
                                         └──given back──> returned

Points have no currency nature: a good has a price in points and none in money, and points go to cancellation or stay.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext as _

from tanheng.credits.intake.models import Application
from tanheng.credits.points.models import Gathering, Good, Person, Redemption, RedemptionState
from tanheng.credits.points.persons import RESIDENT, SERVE, standing_mandate
from tanheng.credits.points.scheme import retirement_account, the_points_or_say
from tanheng.ledger.actions import do_post, do_reserve, do_void
from tanheng.ledger.refusals import TransferRefused
from tanheng.ledger.results import Code
from tanheng.people.door import door
from tanheng.people.models import Organisation
from tanheng.people.origin import coming_from, origin
from tanheng.people.rights import HOUSE, Actor
from tanheng.people.values import fit, insert, refused_value

KEEP = "points.keep"
GATHERED_AT_ONCE = 2_000


@dataclass(frozen=True)
class GoodIn:
    """A good as it is offered: in both languages, its price in points, how many there are."""

    name_zh: str
    name_en: str
    price: int
    stock: int
    about_zh: str = ""
    about_en: str = ""


def do_offer_good(
    what: GoodIn, *, offered_by: Organisation | None, open_to: Application | None = None, acting_user: Actor
) -> Good:
    """Put a good into the shop: of the platform (``offered_by`` None) or of an operator.

    Raises
    ------
    InputRejected
        For a value that does not fit; ``points.E030`` where an operator opens it to another one's application.
    """
    with door("points.offer", offered_by, right=_right(offered_by), acting_user=acting_user) as doing:
        if open_to is not None and offered_by is not None and open_to.organisation_id != offered_by.pk:
            message = _("is an application of another operator")
            raise refused_value("points.E030", "good", "open_to", open_to.number, message)
        good = Good(
            name_zh=what.name_zh.strip(),
            name_en=what.name_en.strip(),
            about_zh=what.about_zh.strip(),
            about_en=what.about_en.strip(),
            price=what.price,
            stock=what.stock,
            offered_by=offered_by,
            open_to=open_to,
        )
        insert(good)
        doing.changed(f"good {good.pk}", new={"name": good.name_zh, "price": good.price, "stock": good.stock})
    return good


def do_change_good(
    good: Good, *, price: int | None = None, add_stock: int = 0, offered: bool | None = None, acting_user: Actor
) -> Good:
    """Another price, more or fewer of it, or out of the shop; what was redeemed stays as it was.

    Raises
    ------
    InputRejected
        ``points.E031`` where fewer than none would be left, and for a price that is none.
    """
    with door("points.offer", good.offered_by, right=_right(good.offered_by), acting_user=acting_user) as doing:
        locked = Good.objects.select_for_update(of=("self",)).select_related("offered_by").get(pk=good.pk)
        old = {"price": locked.price, "stock": locked.stock, "offered": locked.offered}
        if locked.stock + add_stock < 0:
            message = _("only %d are left") % locked.stock
            raise refused_value("points.E031", "good", "add_stock", str(add_stock), message)
        locked.price = locked.price if price is None else price
        locked.stock += add_stock
        locked.offered = locked.offered if offered is None else offered
        fit(locked)
        locked.save(update_fields=["price", "stock", "offered"])
        new = {"price": locked.price, "stock": locked.stock, "offered": locked.offered}
        doing.changed(f"good {locked.pk}", old=old, new=new)
    return locked


def do_redeem(
    person: Person,
    good: Good,
    quantity: int,
    *,
    key: str,
    application: Application | None = None,
    acting_user: Actor = HOUSE,
) -> Redemption:
    """Use points for a good, once for a key: asked again, the same redemption is answered.

    Parameters
    ----------
    application
        The one through which it is asked for: its operator acts by the person's mandate. None: the person does, who
        is signed in.

    Raises
    ------
    InputRejected
        ``points.E032`` for a good that is not to be had, ``points.E033`` for a quantity that is none or not there,
        ``points.E034`` where the key was used for another one, ``points.E007`` without a mandate.
    TransferRefused
        Where the person does not hold that many points.
    """
    organisation = application.organisation if application is not None else None
    right = SERVE if application is not None else KEEP
    where = origin() if application is not None else RESIDENT
    with coming_from(where), door("points.redeem", organisation, right=right, acting_user=acting_user) as doing:
        if application is not None:
            standing_mandate(person, application)
        # First the good, then the person, then the ledger: everybody in this order.
        locked = Good.objects.select_for_update().get(pk=good.pk)
        person = Person.objects.select_for_update().select_related("account").get(pk=person.pk)
        known = Redemption.objects.filter(person=person, key=key).first()
        if known is not None:
            if (known.good_id, known.quantity) != (good.pk, quantity):
                raise refused_value("points.E034", "redemption", "key", None, _("was used for another redemption"))
            doing.changed(f"redemption {known.pk}", new={"again": True})
            return known
        _fit_redemption(locked, person, quantity)
        asset, to = the_points_or_say(), retirement_account()
        points = locked.price * quantity
        answer = do_reserve(
            person.account.number,
            to.number,
            asset.code,
            points,
            purpose="spend",
            reason=f"good {locked.pk}",
            acting_user=HOUSE,
        )
        if answer.code != Code.OK or answer.transfer is None:
            raise TransferRefused(answer.code)
        Good.objects.filter(pk=locked.pk).update(stock=F("stock") - quantity)
        made = Redemption.objects.create(
            person=person,
            good=locked,
            application=application,
            quantity=quantity,
            points=points,
            transfer_id=answer.transfer,
            key=key,
        )
        doing.changed(
            f"redemption {made.pk}",
            new={"good": locked.pk, "quantity": quantity, "points": points, "transfer": answer.transfer},
            organisation=organisation or locked.offered_by,
        )
    made.refresh_from_db()
    return made


def do_give_back(redemption: Redemption, why: str, *, acting_user: Actor) -> Redemption:
    """Give used points back and the good into stock again, as long as they are not cancelled: by who offers the good.

    Raises
    ------
    InputRejected
        ``points.E035`` without a reason, ``points.E036`` where the points are cancelled or given back.
    """
    offered_by = redemption.good.offered_by
    with door("points.give_back", offered_by, right=_right(offered_by), acting_user=acting_user) as doing:
        if not why.strip():
            raise refused_value("points.E035", "redemption", "why", None, _("must say why"))
        Good.objects.select_for_update().get(pk=redemption.good_id)
        locked = Redemption.objects.select_for_update(of=("self",)).get(pk=redemption.pk)
        if locked.state != RedemptionState.USED:
            message = _("is not open any more: its points are cancelled, or were given back")
            raise refused_value("points.E036", "redemption", "state", locked.state, message)
        answer = do_void(locked.transfer_id, acting_user=HOUSE, reason=f"redemption {locked.pk}")
        if answer.code != Code.OK:
            raise TransferRefused(answer.code)
        Good.objects.filter(pk=locked.good_id).update(stock=F("stock") + locked.quantity)
        locked.state, locked.why = RedemptionState.RETURNED, why.strip()[:200]
        locked.save(update_fields=["state", "why"])
        doing.changed(f"redemption {locked.pk}", old={"state": "used"}, new={"state": "returned"})
    return locked


def do_cancel_used_points(*, of: Person | None = None, acting_user: Actor) -> list[Gathering]:
    """Gather the points that were used and cancel them, for good; nothing where none were used.

    Parameters
    ----------
    of
        Only those of a person, who is being erased.
    """
    made: list[Gathering] = []
    while True:
        with door("points.cancel", None, right=KEEP, acting_user=acting_user) as doing:
            open_ones = Redemption.objects.filter(state=RedemptionState.USED)
            open_ones = open_ones.filter(person=of) if of is not None else open_ones
            due = list(open_ones.select_for_update(of=("self",)).order_by("pk")[:GATHERED_AT_ONCE])
            points = sum(each.points for each in due)
            if not due:
                doing.changed("used points", new={"redemptions": 0})
                return made
            gathering = Gathering.objects.create(redemptions=len(due), points=points)
            for each in due:
                answer = do_post(each.transfer_id, acting_user=HOUSE, reason=f"gathering {gathering.pk}")
                if answer.code != Code.OK:
                    raise TransferRefused(answer.code)
            for each in due:
                each.state, each.gathering = RedemptionState.CANCELLED, gathering
            Redemption.objects.bulk_update(due, ["state", "gathering"], batch_size=500)
            doing.changed(f"gathering {gathering.pk}", new={"redemptions": len(due), "points": points})
        made.append(gathering)
        if len(due) < GATHERED_AT_ONCE:
            return made


def _right(offered_by: Organisation | None) -> str:
    return KEEP if offered_by is None else SERVE


def _fit_redemption(good: Good, person: Person, quantity: int) -> None:
    if not good.offered or (
        good.open_to_id is not None
        and not person.mandates.filter(application=good.open_to_id, withdrawn_at=None).exists()
    ):
        raise refused_value("points.E032", "redemption", "good", str(good.pk), _("is not to be had"))
    if not 1 <= quantity <= good.stock:
        message = _("must be from 1 to %d, as many as are left") % good.stock if good.stock else _("none is left")
        raise refused_value("points.E033", "redemption", "quantity", str(quantity), message)
