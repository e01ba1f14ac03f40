"""The records of the ledger. Only ``tanheng.ledger.actions`` writes them, and the database guards what must hold."""

from tanheng.ledger.models.accounts import Account, AccountStatus, AccountType, Balance, TypeRule
from tanheng.ledger.models.assets import Asset, AssetKind, Batch, Block
from tanheng.ledger.models.safeguards import (
    CalendarDay,
    Difference,
    Limit,
    Purpose,
    Queued,
    QueueState,
    Setting,
    TrustedAccount,
)
from tanheng.ledger.models.transfers import Kind, Movement, Posting, Request, Reservation, Transfer

__all__ = [
    "Account",
    "AccountStatus",
    "AccountType",
    "Asset",
    "AssetKind",
    "Balance",
    "Batch",
    "Block",
    "CalendarDay",
    "Difference",
    "Kind",
    "Limit",
    "Movement",
    "Posting",
    "Purpose",
    "QueueState",
    "Queued",
    "Request",
    "Reservation",
    "Setting",
    "Transfer",
    "TrustedAccount",
    "TypeRule",
]
