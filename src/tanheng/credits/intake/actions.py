"""All that can be done with applications and their events, by verb."""

from __future__ import annotations

from tanheng.credits.intake.keys import do_create_key, do_revoke_key
from tanheng.credits.intake.receiving import do_take_events
from tanheng.credits.intake.registering import do_register_application
from tanheng.credits.intake.work import do_work_out

__all__ = ["do_create_key", "do_register_application", "do_revoke_key", "do_take_events", "do_work_out"]
