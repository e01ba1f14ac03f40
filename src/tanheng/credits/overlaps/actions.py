"""All that can be done to claims, overlaps and imported tables, by verb."""

from __future__ import annotations

from tanheng.credits.overlaps.claims import do_accept_overlap, do_claim, do_look_for, do_release
from tanheng.credits.overlaps.imports.taking_in import do_import_registry_table

__all__ = ["do_accept_overlap", "do_claim", "do_import_registry_table", "do_look_for", "do_release"]
