"""All that can be done to decisions, by verb."""

from __future__ import annotations

from tanheng.decisions.publishing import do_publish_decisions, do_withdraw_decision

__all__ = ["do_publish_decisions", "do_withdraw_decision"]
