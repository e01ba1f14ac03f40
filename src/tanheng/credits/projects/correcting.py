"""Units that stood for no reduction come back: from the project's account, from the buffer, or from the developer."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from tanheng.credits.projects.models import Correction, Issuance, Report, Return
from tanheng.credits.projects.reporting import figures
from tanheng.ledger.actions import do_retire
from tanheng.ledger.models import Account, AccountStatus, Asset, Balance, Block
from tanheng.ledger.refusals import TransferRefused
from tanheng.ledger.results import Code
from tanheng.people.approvals import confirmation, second_person
from tanheng.people.audit import Value
from tanheng.people.door import door
from tanheng.people.models import Organisation, User
from tanheng.people.rights import HOUSE, Actor
from tanheng.people.values import refused_value

SETTLE = "credits.settle"  # what a second person is asked for


def correct(report: Report, given: Mapping[str, str], acting_user: Actor) -> None:
    """Take back what was issued too many, vintage by vintage.

    Raises
    ------
    InputRejected
        ``projects.E043`` where more is to come back than was issued and is not corrected yet.
    """
    issued = {each.vintage: each for each in report.issuances.order_by("vintage")}
    wanted = figures(given["over_issued"], sorted(issued), "over_issued", all_of_them=False)
    if not any(wanted.values()):
        raise refused_value("projects.E036", "report", "over_issued", given["over_issued"], _("are no tonnes"))
    limit = buffer_limit(given)
    for year, quantity in wanted.items():
        if quantity:
            limit -= _take_back(issued[year], quantity, Correction.Kind.CORRECTION, limit, acting_user)


def reverse(report: Report, given: Mapping[str, str], acting_user: Actor) -> None:
    """Take back everything that earlier corrections left."""
    limit = buffer_limit(given)
    for issuance in report.issuances.order_by("vintage"):
        left = issuance.total - sum(issuance.corrections.values_list("quantity", flat=True))
        if left:
            limit -= _take_back(issuance, left, Correction.Kind.REVERSAL, limit, acting_user)


def buffer_limit(given: Mapping[str, str]) -> int:
    """How many tonnes the buffer may be asked for.

    Raises
    ------
    InputRejected
        ``projects.E036`` for what is no number.
    """
    text = given.get("from_buffer", "") or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise refused_value("projects.E036", "report", "from_buffer", text, _("is no whole number of tonnes"))
    return int(text)


def _take_back(issuance: Issuance, quantity: int, kind: Correction.Kind, most: int, acting_user: Actor) -> int:
    """Write the correction and what comes back at once; gives what came from the buffer."""
    left = issuance.total - sum(issuance.corrections.values_list("quantity", flat=True))
    if quantity > left:
        message = _("is more than the %d that were issued and not corrected yet") % left
        raise refused_value("projects.E043", "report", "over_issued", f"{issuance.vintage}={quantity}", message)
    second = confirmation()
    correction = Correction.objects.create(
        issuance=issuance,
        kind=kind,
        quantity=quantity,
        by=acting_user if isinstance(acting_user, User) else None,
        second_by=second.by if second else None,
        approval=second.approval if second else None,
    )
    project = issuance.project
    assert project.account is not None
    asset = project.programme.asset
    # What the issuance itself put into the buffer comes from there; it stood for the same tonnes.
    there = _free_runs(project.account, asset, issuance.serials)
    own = _free_runs(project.programme.buffer, asset, issuance.buffer_serials)
    missing = quantity - _retire(correction, Return.Source.ACCOUNT, project.account, asset, there, quantity)
    missing -= _retire(correction, Return.Source.BUFFER, project.programme.buffer, asset, own, missing)
    from_buffer = min(missing, most, _held(project.programme.buffer, asset))
    if from_buffer:
        _retire(correction, Return.Source.BUFFER, project.programme.buffer, asset, None, from_buffer)
    return from_buffer


def _free_runs(account: Account, asset: Asset, serials: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Which of these serial numbers an open account still holds, not reserved."""
    if account.status != AccountStatus.OPEN:
        return []
    found = []
    for first, last in serials:
        rows = Block.objects.filter(
            account=account, asset=asset, reserved_by__isnull=True, serials__overlap=(first, last + 1)
        )
        found += [(max(first, row.serials.lower), min(last, row.serials.upper - 1)) for row in rows]
    return sorted(found)


def _held(account: Account, asset: Asset) -> int:
    found = Balance.objects.filter(account=account, asset=asset).first()
    return found.posted - found.reserved if found is not None and account.status == AccountStatus.OPEN else 0


def _retire(
    correction: Correction,
    source: Return.Source,
    account: Account,
    asset: Asset,
    runs: list[tuple[int, int]] | None,
    most: int,
) -> int:
    """Retire up to so many units, of these runs where they are named; the last of them first."""
    chosen: list[tuple[int, int]] | None = None
    quantity = most
    if runs is not None:
        chosen, quantity = [], 0
        for first, last in reversed(runs):
            take = min(last - first + 1, most - quantity)
            if take > 0:
                chosen.append((last - take + 1, last))
                quantity += take
    if quantity <= 0:
        return 0
    # The register itself carries out what two persons of the bureau decided; nobody of the holder is asked.
    answer = do_retire(
        account.number,
        asset.code,
        quantity,
        serials=sorted(chosen) if chosen is not None else None,
        reason=f"{correction.kind} of issuance {correction.issuance_id}",
        acting_user=HOUSE,
    )
    if answer.code != Code.OK or answer.transfer is None:
        raise TransferRefused(answer.code)
    Return.objects.create(correction=correction, source=source, quantity=quantity, transfer_id=answer.transfer)
    return quantity


def register() -> None:
    """Tell what is done when a second person confirms that units are given."""
    second_person(SETTLE, right="ledger.transfer")(_settled)


def _settled(
    payload: Mapping[str, Value], *, organisation: Organisation | None, acting_user: User
) -> Mapping[str, Value]:
    correction = Correction.objects.select_related("issuance__project__programme__asset").get(
        pk=str(payload["correction"])
    )
    with door(SETTLE, organisation, right="ledger.transfer", acting_user=acting_user) as doing:
        done = settle(correction, str(payload["account"]), int(str(payload["quantity"])), acting_user)
        doing.changed(f"correction {correction.pk}", new=dict(payload))
    return {"return": done.pk, "transfer": done.transfer_id}


def settle(correction: Correction, account: str, quantity: int, acting_user: Actor) -> Return:
    """Retire units of an account of the developer for a correction; within the door of the action.

    Raises
    ------
    InputRejected
        ``projects.E044`` for more than is owed.
    """
    project = correction.issuance.project
    left = correction.quantity - sum(correction.returns.values_list("quantity", flat=True))
    if not 0 < quantity <= left:
        message = _("must be between 1 and what is still owed, %d") % left
        raise refused_value("projects.E044", "correction", "quantity", str(quantity), message)
    answer = do_retire(
        account,
        project.programme.asset.code,
        quantity,
        reason=f"{correction.kind} of issuance {correction.issuance_id}",
        acting_user=acting_user,
    )
    if answer.code != Code.OK or answer.transfer is None:
        raise TransferRefused(answer.code)
    return Return.objects.create(
        correction=correction, source=Return.Source.SETTLED, quantity=quantity, transfer_id=answer.transfer
    )
