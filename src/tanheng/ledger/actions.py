"""All that can be done to the ledger, by verb."""

from __future__ import annotations

from tanheng.ledger.accounts import do_block_account, do_close_account, do_open_account, do_unblock_account
from tanheng.ledger.assets import do_define_asset, do_issue_units
from tanheng.ledger.lapsing import do_lapse_points
from tanheng.ledger.recomputation import do_explain_difference, do_recompute, do_restore_balance
from tanheng.ledger.safeguards import (
    do_add_trusted_account,
    do_expire_reservations,
    do_remove_trusted_account,
    do_run_queue,
    do_set,
    do_set_days,
    do_set_limit,
    do_withdraw_queued,
)
from tanheng.ledger.transfers import (
    Row,
    do_pledge,
    do_post,
    do_reserve,
    do_retire,
    do_transfer,
    do_transfer_batch,
    do_void,
)

__all__ = [
    "Row",
    "do_add_trusted_account",
    "do_block_account",
    "do_close_account",
    "do_define_asset",
    "do_expire_reservations",
    "do_explain_difference",
    "do_issue_units",
    "do_lapse_points",
    "do_open_account",
    "do_pledge",
    "do_post",
    "do_recompute",
    "do_remove_trusted_account",
    "do_reserve",
    "do_restore_balance",
    "do_retire",
    "do_run_queue",
    "do_set",
    "do_set_days",
    "do_set_limit",
    "do_transfer",
    "do_transfer_batch",
    "do_unblock_account",
    "do_void",
    "do_withdraw_queued",
]
