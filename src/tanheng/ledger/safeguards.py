"""What is done to the safeguards: settings, limits, trusted accounts, the calendar, the queue.

Each parameter is a dated row with its source and that source's status; nothing is set until somebody sets it, and
what is not set does not apply. ``PROPOSED`` is what the Union Registry uses, for a bureau that has no rule of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import NamedTuple

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from tanheng.ledger.models import Account, Asset, CalendarDay, Limit, Queued, QueueState, Setting, TrustedAccount
from tanheng.ledger.transfers import RIGHT
from tanheng.people.audit import Value
from tanheng.people.door import door
from tanheng.people.models import User
from tanheng.people.rights import HOUSE, Actor
from tanheng.people.values import fit, refused_value

NAMES = {
    "trusted.required": "whether units leave only to trusted accounts: yes or no",
    "trusted.delay_working_days": "working days until an added account is trusted",
    "hours.open": "when transfers begin on a working day, as 10:00 (Asia/Shanghai)",
    "hours.close": "when they end, as 16:00",
}
STATUSES = ("official", "reported", "recalled", "example")


class Proposed(NamedTuple):
    """A value that another registry uses."""

    name: str
    value: str
    source: str
    status: str


_EU = "Delegated Regulation (EU) 2019/1122, the Union Registry's; an example, not Shenzhen's rule"
PROPOSED = (
    Proposed("trusted.required", "yes", _EU, "example"),
    Proposed("trusted.delay_working_days", "4", _EU, "example"),
    Proposed("hours.open", "10:00", _EU, "example"),
    Proposed("hours.close", "16:00", _EU, "example"),
)


def do_set(
    name: str, value: str, *, source: str, status: str, since: datetime | None = None, acting_user: Actor
) -> Setting:
    """Set a parameter of the safeguards from a moment on.

    Raises
    ------
    InputRejected
        For a name or value that means nothing, a source that is not given, or a day that is past.
    """
    with door("ledger.safeguards", None, acting_user=acting_user) as doing:
        now = timezone.now()
        if name not in NAMES:
            raise refused_value("ledger.E020", "setting", "name", name, _("is none of: %s") % ", ".join(NAMES))
        if not _means_something(name, value):
            raise refused_value("ledger.E021", "setting", name, value, _("must be %s") % NAMES[name])
        if since is not None and since < now:
            raise refused_value("ledger.E022", "setting", "since", since.isoformat(), _("is past"))
        setting = Setting(
            name=name, value=value, since=since or now, source=source.strip(), status=status, set_by=_user(acting_user)
        )
        fit(setting)
        setting.save(force_insert=True)
        values: dict[str, Value] = {"value": value, "since": setting.since.isoformat(), "status": status}
        doing.changed(f"setting {name}", old={"value": setting_now(name, but=setting.pk)}, new=values)
    return setting


def setting_now(name: str, *, but: int | None = None) -> str | None:
    """The value in force, or None where nothing was set."""
    rows = Setting.objects.filter(name=name, since__lte=timezone.now())
    if but is not None:
        rows = rows.exclude(pk=but)
    return rows.order_by("-since", "-pk").values_list("value", flat=True).first()


def do_set_limit(
    asset: Asset,
    quantity: int | None,
    *,
    account_type: str | None = None,
    account: Account | None = None,
    source: str,
    status: str,
    since: datetime | None = None,
    acting_user: Actor,
) -> Limit:
    """Set the most that one transfer may move: for the whole registry, a type of account, or one account.

    Of each level the latest in force counts, and of the levels the lowest; None lifts a level's limit.
    """
    with door("ledger.safeguards", None, acting_user=acting_user) as doing:
        if status not in STATUSES:
            raise refused_value("ledger.E023", "limit", "status", status, _("is none of: %s") % ", ".join(STATUSES))
        limit = Limit(
            asset=asset,
            quantity=quantity,
            account_type_id=account_type,
            account=account,
            since=since or timezone.now(),
            source=source.strip(),
            status=status,
            set_by=_user(acting_user),
        )
        fit(limit)
        limit.save(force_insert=True)
        level = f"account {account.pk}" if account else f"type {account_type}" if account_type else "registry"
        doing.changed(f"limit of {level}", new={"asset": asset.code, "quantity": quantity})
    return limit


def do_add_trusted_account(account: Account, trusted: Account, *, acting_user: Actor) -> TrustedAccount:
    """Put an account on another one's list; it is trusted after the delay in force."""
    with door("ledger.trust", account.owner, acting_user=acting_user) as doing:
        if account.pk == trusted.pk:
            raise refused_value("ledger.E024", "trusted account", "trusted", trusted.number, _("is the account itself"))
        days = int(setting_now("trusted.delay_working_days") or 0)
        with connection.cursor() as cursor:
            cursor.execute("SELECT ledger_after_working_days(clock_timestamp(), %s)", [days])
            effective_at = cursor.fetchone()[0]
        row = TrustedAccount(account=account, trusted=trusted, effective_at=effective_at, added_by=_user(acting_user))
        fit(row)
        row.save(force_insert=True)
        doing.changed(
            f"account {account.pk}", new={"trusted": trusted.number, "effective_at": effective_at.isoformat()}
        )
    return row


def do_remove_trusted_account(row: TrustedAccount, *, acting_user: Actor) -> None:
    """Take an account off a list, at once."""
    with door("ledger.trust", row.account.owner, acting_user=acting_user) as doing:
        changed = TrustedAccount.objects.filter(pk=row.pk, removed_at=None).update(removed_at=timezone.now())
        if not changed:
            raise refused_value("ledger.E025", "trusted account", "removed", "true", _("and nothing would change"))
        doing.changed(f"account {row.account_id}", old={"trusted": row.trusted.number}, new={"trusted": None})


def do_set_days(
    days: Sequence[tuple[date, bool, str]], *, source: str, status: str, acting_user: Actor
) -> list[CalendarDay]:
    """Say which days are not what their weekday says: day, whether it is worked, and its name.

    The State Council's notice of each year names the holidays and the weekend days that are worked for them.
    """
    with door("ledger.safeguards", None, acting_user=acting_user) as doing:
        rows = []
        for day, working, name in days:
            row = CalendarDay(day=day, working=working, name=name, source=source, status=status)
            before = CalendarDay.objects.filter(pk=day).values_list("working", flat=True).first()
            row.full_clean(validate_unique=False, validate_constraints=False)
            row.save()
            doing.changed(f"day {day}", old={"working": before}, new={"working": working, "name": name})
            rows.append(row)
    return rows


def do_withdraw_queued(queued: Queued, *, acting_user: Actor) -> None:
    """Withdraw a transfer that waits for working hours."""
    account = Account.objects.select_related("owner").get(pk=queued.from_account_id)
    with door("ledger.withdraw", account.owner, right=RIGHT, acting_user=acting_user) as doing:
        changed = Queued.objects.filter(pk=queued.pk, state=QueueState.WAITING).update(
            state=QueueState.WITHDRAWN, done_at=timezone.now()
        )
        if not changed:
            raise refused_value("ledger.E026", "waiting transfer", "state", queued.state, _("does not wait any more"))
        doing.changed(f"waiting transfer {queued.pk}", old={"state": "waiting"}, new={"state": "withdrawn"})


def do_run_queue(*, acting_user: Actor = HOUSE) -> tuple[int, int]:
    """A job: try what waits, in the order of asking, when it is open; how many were done and how many refused."""
    return _job("SELECT done, refused FROM ledger_run_queue()", acting_user)  # type: ignore[return-value]


def do_expire_reservations(*, acting_user: Actor = HOUSE) -> int:
    """A job: end the reservations whose time has come; how many."""
    return _job("SELECT ledger_expire_all()", acting_user)[0]


def _job(statement: str, acting_user: Actor) -> tuple[int, ...]:
    from tanheng.people.rights import require

    require(acting_user, "ledger.safeguards", None)
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row: tuple[int, ...] = cursor.fetchone()
        return row


def _means_something(name: str, value: str) -> bool:
    if name.startswith("hours."):
        try:
            return len(value) == 5 and time.fromisoformat(value) is not None
        except ValueError:
            return False
    if name == "trusted.required":
        return value in ("yes", "no")
    return value.isdecimal() and len(value) <= 3


def _user(acting_user: Actor) -> User | None:
    return acting_user if isinstance(acting_user, User) else None
