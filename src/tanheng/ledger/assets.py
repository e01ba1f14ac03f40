"""What is done to assets: defined and issued, by the bureau."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from tanheng.ledger.models import Account, Asset, AssetKind, Batch
from tanheng.ledger.requests import Answer, Asked, Serials
from tanheng.ledger.transfers import do_as_asked, issue_as_asked
from tanheng.people.audit import Value
from tanheng.people.door import door
from tanheng.people.rights import Actor, require
from tanheng.people.values import insert, refused_value

UNITS = {AssetKind.ALLOWANCE: "tCO2e", AssetKind.CREDIT: "tCO2e", AssetKind.POINTS: "point", AssetKind.CASH: "fen"}


def do_define_asset(
    code: str, kind: str, name: str, *, life_months: int | None = None, second_person: bool = True, acting_user: Actor
) -> Asset:
    """Define an asset and the account from which it is issued; what it may follows from its kind.

    Parameters
    ----------
    life_months
        For points and credits that expire.
    second_person
        Whether each issuance needs one.

    Raises
    ------
    InputRejected
        When a value does not fit or the code is taken.
    """
    with door("ledger.issue", None, acting_user=acting_user) as doing:
        if kind not in AssetKind.values:
            raise refused_value("ledger.E001", "asset", "kind", kind, _("is none of: %s") % ", ".join(AssetKind.values))
        kept = kind in (AssetKind.ALLOWANCE, AssetKind.CREDIT)
        asset = Asset(
            code=code,
            kind=kind,
            name=name.strip(),
            unit=UNITS[AssetKind(kind)],
            tradable=kept,
            transferable=kind != AssetKind.POINTS,
            expires=kind == AssetKind.POINTS or life_months is not None,
            serialised=kept,
            life_months=life_months,
        )
        insert(asset)
        number = f"ISSUE-{code}"
        account = Account(
            number=number, type_id="issuance", issues=asset, name=name.strip(), second_person=second_person
        )
        insert(account)
        values: dict[str, Value] = {"code": code, "kind": kind, "life_months": life_months, "account": number}
        doing.changed(f"asset {asset.pk}", new=values)
    return asset


def do_issue_units(
    asset: str,
    to_account: str,
    quantity: int,
    *,
    vintage: int | None = None,
    label: str = "",
    purpose: str = "issue",
    serials: Serials | None = None,
    reason: str = "",
    key: str | None = None,
    acting_user: Actor,
) -> Answer:
    """Issue new units into an account; those with serial numbers get the next ones, or those named.

    Parameters
    ----------
    vintage, label
        The batch that they belong to; it is made if it does not exist.

    Raises
    ------
    Asset.DoesNotExist
        When there is no such asset.
    """
    require(acting_user, "ledger.issue", None)
    asked = Asked(purpose=purpose, quantity=quantity, serials=serials, reason=reason, key=key)
    answer = issue_as_asked(asked, to_account, asset, vintage, label, acting_user=acting_user)
    if answer is not None:
        return answer
    found = Asset.objects.select_related("issuance_account").get(code=asset)
    if vintage is not None:
        batch, _made = Batch.objects.get_or_create(asset=found, vintage=vintage, label=label)
        asked = replace(asked, batch=batch.pk)
    return do_as_asked(asked, found.issuance_account.number, to_account, asset, acting_user=acting_user)
