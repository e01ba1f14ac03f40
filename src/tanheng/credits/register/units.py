"""Where a unit is, and how it came there: by its serial number, for anybody.

    PHCER/2023/1001        PHCER/1001-1100        1001

Blocks say where numbers are now, movements how they came there. Who holds them is named only where the holder wants it,
or to who may see accounts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db.backends.postgresql.psycopg_any import NumericRange

from tanheng.credits.projects.models import Programme, Return
from tanheng.credits.register.holders import shown_among
from tanheng.credits.register.models.certificates import Certificate
from tanheng.ledger.access import access_accounts
from tanheng.ledger.models import Account, Asset, AssetKind, Block, Movement
from tanheng.people.models import User

MOST_BLOCKS, MOST_MOVEMENTS = 100, 200
HIGHEST = 10**18
_TEXT = re.compile(
    r"(?:(?P<asset>[A-Za-z0-9._-]{1,32})[/ ])?(?:(?P<vintage>(?:19|20)\d\d)[/ ])?"
    r"(?P<first>\d{1,18})(?:-(?P<last>\d{1,18}))?"
)


class NoUnit(ObjectDoesNotExist):
    """No such serial number was issued."""


@dataclass(frozen=True)
class Asked:
    """A serial number, or a run of them, as somebody wrote it; the asset where it is said."""

    asset: str
    first: int
    last: int


@dataclass(frozen=True)
class Held:
    """A run of serial numbers that stands in one place now."""

    first: int
    last: int
    vintage: int | None
    label: str
    retired: bool
    reserved: bool
    holder: str
    certificate: str
    buffer: bool = False
    corrected: bool = False

    @property
    def quantity(self) -> int:
        """How many units."""
        return self.last - self.first + 1


@dataclass(frozen=True)
class Moved:
    """A transfer that moved some of them."""

    at: datetime
    purpose: str
    first: int
    last: int
    source: str
    to: str
    certificate: str


@dataclass(frozen=True)
class Found:
    """What is known of serial numbers. ``more`` where there is more of it than is shown."""

    asset: Asset
    first: int
    last: int
    blocks: Sequence[Held]
    moves: Sequence[Moved]
    more: bool


def serial_text(asset: str, vintage: int | None, first: int, last: int) -> str:
    """As certificates and pages write it: ``PHCER/2023/1001-1100``."""
    run = str(first) if first == last else f"{first}-{last}"
    return "/".join(part for part in (asset, str(vintage) if vintage else "", run) if part)


def read_serial(text: str) -> Asked | None:
    """A serial number as people write it; None for what is none."""
    found = _TEXT.fullmatch(text.strip())
    if found is None:
        return None
    first = int(found["first"])
    last = int(found["last"] or found["first"])
    return Asked(found["asset"] or "", first, last) if 0 < first <= last < HIGHEST else None


def credits_with(serial: Asked) -> list[Asset]:
    """The credits of which the number was issued: one where its code is said, all of them otherwise."""
    rows = Asset.objects.filter(kind=AssetKind.CREDIT, next_serial__gt=serial.first).order_by("code")
    return list(rows.filter(code__iexact=serial.asset) if serial.asset else rows)


def find_units(user: User | None, asset: str, first: int, last: int) -> Found:
    """Where serial numbers are now and how they came there.

    Raises
    ------
    NoUnit
        When none of them was issued.
    """
    credit = Asset.objects.filter(code=asset, kind=AssetKind.CREDIT).first()
    if credit is None or not 0 < first <= last < HIGHEST:
        raise NoUnit(asset)
    # Its own rows and not the whole list of numbers: an index finds them in millions.
    run = NumericRange(first, last + 1, "[)")
    blocks = list(
        Block.objects.filter(asset=credit, serials__overlap=run)
        .select_related("account__owner", "batch")
        .order_by("serials")[: MOST_BLOCKS + 1]
    )
    if not blocks:
        raise NoUnit(f"{asset}/{first}")
    moves = list(
        Movement.objects.filter(asset=credit, serials__overlap=run)
        .select_related("transfer__from_account__owner", "transfer__to_account__owner")
        .order_by("transfer_id", "serials")[: MOST_MOVEMENTS + 1]
    )
    accounts = [each.account for each in blocks]
    accounts += [account for each in moves for account in (each.transfer.from_account, each.transfer.to_account)]
    names = _names(user, accounts)
    transfers = {each.transfer_id for each in moves} | {each.arrived for each in blocks}
    certificates = dict(Certificate.objects.filter(transfer__in=transfers).values_list("transfer", "number"))
    buffers = set(Programme.objects.filter(buffer__in={each.pk for each in accounts}).values_list("buffer", flat=True))
    corrected = set(Return.objects.filter(transfer__in=transfers).values_list("transfer", flat=True))
    return Found(
        credit,
        first,
        last,
        [
            replace(
                _held(each, run, names, certificates),
                buffer=each.account_id in buffers,
                corrected=each.arrived in corrected,
            )
            for each in blocks[:MOST_BLOCKS]
        ],
        [_moved(each, run, names, certificates) for each in moves[:MOST_MOVEMENTS]],
        len(blocks) > MOST_BLOCKS or len(moves) > MOST_MOVEMENTS,
    )


def _held(block: Block, run: NumericRange, names: dict[int, str], certificates: dict[int, str]) -> Held:
    retired = block.account.type_id == "retirement"
    return Held(
        max(block.serials.lower, run.lower),
        min(block.serials.upper, run.upper) - 1,
        block.batch.vintage if block.batch else None,
        block.batch.label if block.batch else "",
        retired,
        block.reserved_by is not None,
        names[block.account_id],
        certificates.get(block.arrived, "") if retired else "",
    )


def _moved(movement: Movement, run: NumericRange, names: dict[int, str], certificates: dict[int, str]) -> Moved:
    transfer = movement.transfer
    return Moved(
        transfer.at,
        transfer.purpose,
        max(movement.serials.lower, run.lower),
        min(movement.serials.upper, run.upper) - 1,
        names[transfer.from_account_id],
        names[transfer.to_account_id],
        certificates.get(movement.transfer_id, ""),
    )


def _names(user: User | None, accounts: Iterable[Account]) -> dict[int, str]:
    """By account: its owner where the register or this reader may know it; empty for a holder who is not named."""
    every = {each.pk: each for each in accounts}
    shown = shown_among(each.owner_id for each in every.values() if each.owner_id is not None)
    seen: set[int] = set()
    if user is not None:
        seen = set(access_accounts(user).filter(pk__in=list(every)).values_list("pk", flat=True))
    return {
        pk: each.owner.name if each.owner is not None and (each.owner_id in shown or pk in seen) else ""
        for pk, each in every.items()
    }
