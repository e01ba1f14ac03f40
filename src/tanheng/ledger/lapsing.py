"""Points reach the end of their life: what came longest ago is spent first, and what is left of it lapses.

A credit to an account lives for the asset's ``life_months``. What has lapsed by a moment is all that arrived before
the life began, less all that ever left the account; no lot needs to be kept for it, because first in is first out.
"""

from __future__ import annotations

from django.db import connection
from django.utils.translation import gettext as _

from tanheng.ledger.models import Account, Asset
from tanheng.ledger.requests import BATCH_MOST, Asked, send_batch
from tanheng.ledger.results import Code
from tanheng.people.rights import HOUSE, Actor, require
from tanheng.people.values import refused_value

_LAPSED = """
SELECT p.account_id,
       least(b.posted - b.reserved,
             coalesce(sum(p.quantity) FILTER (WHERE p.quantity < 0 OR p.at <= life.began), 0))::bigint AS lapsed
FROM ledger_posting p JOIN ledger_asset a ON a.id = p.asset_id
    JOIN ledger_balance b ON b.account_id = p.account_id AND b.asset_id = p.asset_id
    JOIN ledger_account c ON c.id = p.account_id
    CROSS JOIN LATERAL (SELECT now() - make_interval(months => a.life_months) AS began) AS life
WHERE p.asset_id = %s AND c.type_id = 'points' AND c.status = 'open' AND b.posted > b.reserved
GROUP BY p.account_id, b.posted, b.reserved
HAVING coalesce(sum(p.quantity) FILTER (WHERE p.quantity < 0 OR p.at <= life.began), 0) > 0
ORDER BY p.account_id LIMIT %s
"""


def do_lapse_points(asset: Asset, *, acting_user: Actor = HOUSE) -> int:
    """A job: move points at the end of their life to the registry's retirement account; how many units lapsed.

    Raises
    ------
    InputRejected
        When the asset does not expire, or the registry has no retirement account.
    """
    require(acting_user, "ledger.issue", None)
    if asset.life_months is None:
        raise refused_value("ledger.E040", "asset", "life_months", asset.code, _("does not expire"))
    to = Account.objects.filter(type_id="retirement", owner=None).order_by("pk").first()
    if to is None:
        raise refused_value("ledger.E031", "account", "type", None, _("the registry has no retirement account"))
    lapsed = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_LAPSED, [asset.pk, BATCH_MOST])
            due = cursor.fetchall()
        asked = [
            Asked(purpose="lapse", asset=asset.pk, from_account=account, to_account=to.pk, quantity=quantity)
            for account, quantity in due
        ]
        answers = send_batch(asked, actor=getattr(acting_user, "pk", None), organisation=None)
        done = sum(one.quantity or 0 for one, answer in zip(asked, answers, strict=True) if answer.code == Code.OK)
        lapsed += done
        if len(due) < BATCH_MOST or not done:
            return lapsed
