"""What an approval of the ledger asks for, in records instead of ids: for pages on which somebody decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tanheng.ledger.models import Account, Asset, Kind
from tanheng.people.models import Approval


@dataclass(frozen=True)
class AskedTransfer:
    """One transfer as it was asked for; what an id does not resolve to is None."""

    kind: str
    purpose: str
    from_account: Account | None
    to_account: Account | None
    asset: Asset | None
    quantity: int | None
    pending: int | None
    reason: str


def asked_transfers(approvals: Iterable[Approval]) -> Mapping[int, list[AskedTransfer]]:
    """By the approval's id: the transfers asked for, one or those of a batch. Two statements for all."""
    payloads = {each.pk: _payloads(each) for each in approvals}
    everything = [payload for payload_list in payloads.values() for payload in payload_list]
    numbers = {payload[side] for payload in everything for side in ("from", "to") if payload.get(side)}
    accounts = Account.objects.select_related("owner").in_bulk(numbers) if numbers else {}
    kinds = {payload["asset"] for payload in everything if payload.get("asset")}
    assets = Asset.objects.in_bulk(kinds) if kinds else {}
    return {
        pk: [
            AskedTransfer(
                "" if payload["kind"] == Kind.SINGLE else str(Kind(payload["kind"]).label),
                str(payload["purpose"]),
                accounts.get(payload["from"]),
                accounts.get(payload["to"]),
                assets.get(payload["asset"]),
                payload["quantity"],
                payload["pending"],
                str(payload["reason"]),
            )
            for payload in payload_list
        ]
        for pk, payload_list in payloads.items()
    }


def _payloads(approval: Approval) -> list[dict[str, Any]]:
    if approval.action == "ledger.transfer":
        return [approval.payload]
    if approval.action == "ledger.transfer_batch":
        return list(approval.payload["rows"])
    return []
