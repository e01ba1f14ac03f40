"""What Django knows of this folder."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from tanheng.transparency import sources

# The whole transfer with its postings: a row rewritten in either table has another hash than the log holds. Without the
# balances after it, which follow from the quantities of all postings (recomputation checks that they do): so both
# parties may read the text, and neither learns what the other holds.
TRANSFER_BODY = """
SELECT t.id, '{"actor":' || coalesce(t.actor_id::text, 'null')
    || ',"asset":' || t.asset_id
    || ',"at":"' || to_char(t.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    || '","batch":' || coalesce(t.batch_id::text, 'null')
    || ',"expires_at":'
    || coalesce('"' || to_char(t.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"', 'null')
    || ',"from":' || t.from_account_id
    || ',"id":' || t.id
    || ',"kind":' || t.kind
    || ',"linked":' || coalesce('"' || t.linked || '"', 'null')
    || ',"pending":' || coalesce(t.pending_id::text, 'null')
    || ',"postings":[' || coalesce((
        SELECT string_agg('{"account":' || p.account_id || ',"quantity":' || p.quantity || '}', ',' ORDER BY p.quantity)
        FROM ledger_posting p
        WHERE p.account_id IN (t.from_account_id, t.to_account_id) AND p.asset_id = t.asset_id
          AND p.at = t.at AND p.transfer_id = t.id), '')
    || '],"purpose":' || to_json(t.purpose)
    || ',"quantity":' || t.quantity
    || ',"reason":' || to_json(t.reason)
    || ',"salt":"' || t.salt || '"'
    || ',"serials":' || coalesce('"' || t.serials::text || '"', 'null')
    || ',"to":' || t.to_account_id || '}'
FROM ledger_transfer t WHERE t.id = ANY (%s)
"""
TRANSFER_IDS = "SELECT id FROM ledger_transfer WHERE id > %s ORDER BY id"


class LedgerConfig(AppConfig):
    """The records of ``tanheng.ledger``."""

    name = "tanheng.ledger"
    label = "ledger"
    verbose_name = _("Ledger")

    def ready(self) -> None:
        """Rights and leaves of the log; types of account after each migration."""
        from tanheng.ledger import helps, refusals
        from tanheng.ledger.account_types import put_in_place
        from tanheng.ledger.rights import RIGHTS, SCOPES
        from tanheng.people import rights, scopes

        rights.declare(RIGHTS)
        scopes.declare(SCOPES)
        refusals.declare()
        helps.declare()
        sources.register(2, "transfer", TRANSFER_BODY, ids_sql=TRANSFER_IDS)
        post_migrate.connect(put_in_place, sender=self)
