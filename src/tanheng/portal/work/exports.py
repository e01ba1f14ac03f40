"""The job ``export``: a statement, the whole ledger, or the tables of a run, as files to take away.

Whoever asks is looked at twice: when the job is asked for, and when it is done, for rights end.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tanheng.jobs import kinds
from tanheng.jobs.kinds import QUICK, Arguments, Kind, Result
from tanheng.jobs.progress import JobContext
from tanheng.ledger import beancount
from tanheng.ledger.access import access_account, access_statement, sees_every_account
from tanheng.ledger.models import Account, Asset, Transfer
from tanheng.people.models import Organisation, User
from tanheng.people.rights import HOUSE, Actor, Refused
from tanheng.people.standing import anywhere
from tanheng.portal.run_shelf import NoRun, contents_of, manifest_of
from tanheng.portal.work import kept_files
from tanheng.portal.work.cells import Cell, write_csv
from tanheng.problems import InputRejected, Problem
from tanheng.text import Text

KIND = "export"
STATEMENT, LEDGER, RUN = "statement", "ledger", "run"
FORMATS = {STATEMENT: ("csv", "beancount"), LEDGER: ("csv", "beancount"), RUN: ("csv",)}
TITLES = {
    STATEMENT: gettext_lazy("Statement"),
    LEDGER: gettext_lazy("The whole ledger"),
    RUN: gettext_lazy("Tables of an assessment"),
}
_AT_ONCE = 2_000


def register() -> None:
    """Tell the queue of it."""
    kinds.register(Kind(KIND, gettext_lazy("File to take away"), write, queue=QUICK, checked=checked, told=told))


def checked(given: Arguments, acting_user: Actor, organisation: Organisation | None) -> Arguments:
    """What is wanted, in its one form.

    Raises
    ------
    InputRejected
        For what cannot be wanted.
    Refused, Account.DoesNotExist, Asset.DoesNotExist, NoRun
        For what is not for this user, or not there.
    """
    what, form = given.get("what"), given.get("format")
    if what not in FORMATS:
        raise _fault("what", what, _("must be one of: %s") % ", ".join(FORMATS))
    if form not in FORMATS[str(what)]:
        raise _fault("format", form, _("must be one of: %s") % ", ".join(FORMATS[str(what)]))
    wanted = {"what": what, "format": form}
    if what == STATEMENT:
        wanted |= {"account": str(given.get("account", "")), "asset": str(given.get("asset", ""))}
    elif what == RUN:
        wanted |= {"run": str(given.get("run", ""))}
    odd = sorted(given.keys() - wanted.keys())
    if odd:
        raise _fault(odd[0], given[odd[0]], _("is no field of such a file"))
    if not all(str(value).isprintable() for value in wanted.values()):
        raise _fault("account", "", _("must be printable text"))
    _require(wanted, acting_user)
    return wanted


def told(given: Arguments) -> Sequence[tuple[str, str]]:
    """The arguments in the reader's words."""
    facts = [(_("What"), str(TITLES[given["what"]])), (_("Format"), str(given["format"]))]
    if given["what"] == STATEMENT:
        facts.append((_("Account"), f"{given['account']} · {given['asset']}"))
    if given["what"] == RUN:
        facts.append((_("Address"), str(given["run"])))
    return facts


def write(context: JobContext, given: Arguments) -> Result:
    """Write the file, and say where it is and until when."""
    user: Actor = HOUSE if context.requested_by is None else User.objects.get(pk=context.requested_by)
    _require(given, user)
    name = {STATEMENT: "statement", LEDGER: "ledger", RUN: "tables"}[given["what"]]
    with kept_files.new_file() as (file, token):
        if given["what"] == RUN:
            ending = "zip"
            _tables(file, given["run"], context)
            name = f"tables-{given['run']}"
        else:
            ending = given["format"]
            if given["what"] == STATEMENT:
                name = f"statement-{given['account']}-{given['asset']}"
            _of_the_ledger(file, given, context)
    return {
        "url": reverse("job_file", args=[context.job]),
        "file": token,
        "name": f"{name}.{ending}",
        "bytes": kept_files.folder().joinpath(token).stat().st_size,
        "until": (timezone.now() + kept_files.KEPT).isoformat(),
    }


def _require(given: Arguments, user: Actor) -> None:
    if given["what"] == STATEMENT:
        access_account(user, given["account"])
        Asset.objects.get(code=given["asset"])
    elif given["what"] == LEDGER:
        if not sees_every_account(user):
            raise Refused("people.refused", _("The whole ledger is for who sees every account."))
    else:
        if isinstance(user, User) and not anywhere(user, "runs.see"):
            raise Refused(
                "people.refused", _("Assessments of the whole city are for the bureau and its district branches.")
            )
        try:
            manifest_of(given["run"])
        except NoRun:
            raise _fault("run", given["run"], _("there is no such run")) from None


def _of_the_ledger(file: Path, given: Arguments, context: JobContext) -> None:
    """At one moment of the books, whatever moves meanwhile."""
    with transaction.atomic():
        if not connection.savepoint_ids:  # within another transaction its isolation is what there is
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        account = Account.objects.get(number=given["account"]) if given["what"] == STATEMENT else None
        asset = Asset.objects.get(code=given["asset"]) if account else None
        if given["format"] == "beancount":
            tell = _teller(context, Text("Writing lines", "写出记录"), _count(account, asset) * 6)
            with file.open("w", encoding="utf-8") as stream:
                for line in beancount.lines() if account is None or asset is None else beancount.of(account, asset):
                    tell()
                    stream.write(f"{line}\n")
        elif account is not None and asset is not None:
            write_csv(file, _STATEMENT, _postings(account, asset, _teller(context, _ROWS, _count(account, asset))))
        else:
            write_csv(file, _TRANSFERS, _transfers(_teller(context, _ROWS, _count(None, None))))


_ROWS = Text("Writing rows", "写出行")
_STATEMENT = ("at", "transfer", "with", "purpose", "reason", "quantity", "balance_after", "unit")
_TRANSFERS = (
    "transfer",
    "at",
    "kind",
    "purpose",
    "asset",
    "quantity",
    "unit",
    "from",
    "to",
    "serials",
    "linked",
    "reason",
)


def _postings(account: Account, asset: Asset, tell: Callable[[], None]) -> Iterator[Sequence[Cell]]:
    """The oldest first, so that the balance runs down the page."""
    rows = access_statement(account, asset.pk).select_related("transfer__from_account", "transfer__to_account")
    for each in rows.order_by("at", "transfer_id").iterator(_AT_ONCE):
        tell()
        other = each.transfer.to_account if each.quantity < 0 else each.transfer.from_account
        yield (
            each.at.isoformat(),
            each.transfer_id,
            other.number,
            each.transfer.purpose,
            each.transfer.reason,
            each.quantity,
            each.balance_after,
            asset.unit,
        )


def _transfers(tell: Callable[[], None]) -> Iterator[Sequence[Cell]]:
    rows = Transfer.objects.select_related("asset", "from_account", "to_account").order_by("pk")
    for each in rows.iterator(_AT_ONCE):
        tell()
        yield (
            each.pk,
            each.at.isoformat(),
            each.kind,
            each.purpose,
            each.asset.code,
            each.quantity,
            each.asset.unit,
            each.from_account.number,
            each.to_account.number,
            "" if each.serials is None else str(each.serials),
            "" if each.linked is None else str(each.linked),
            each.reason,
        )


def _count(account: Account | None, asset: Asset | None) -> int:
    if account is None or asset is None:
        return Transfer.objects.count()
    return access_statement(account, asset.pk).count()


def _teller(context: JobContext, step: Text, whole: int) -> Callable[[], None]:
    """Tells now and then how many of so many are done."""
    done = 0
    context.tell(step, 0.0)

    def tell() -> None:
        nonlocal done
        done += 1
        if done % _AT_ONCE == 0:
            context.tell(step, min(done / max(whole, 1), 0.99))

    return tell


def _tables(file: Path, address: str, context: JobContext) -> None:
    """Each table of each part of a run as CSV, under heads in both languages, in one archive."""
    contents = contents_of(address)
    tables = [(part.measure, table) for part in contents.assessments for table in part.tables]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, (measure, table) in enumerate(tables):
            context.tell(table.title, place / max(len(tables), 1))
            heads = [
                f"{column.title.zh} {column.title.en}{f' ({column.unit})' if column.unit else ''}"
                for column in table.columns
            ]
            names = [column.name for column in table.columns]
            with (
                archive.open(f"{measure}/{table.id}.csv", "w") as raw,
                TextIOWrapper(raw, "utf-8", newline="") as stream,
            ):
                write_csv(stream, heads, _rows(table.data, names))


def _rows(data: pa.Table, names: Sequence[str]) -> Iterator[Sequence[Cell]]:
    for batch in data.select(names).to_batches(_AT_ONCE):
        for row in batch.to_pylist():
            yield [_plain(row[name]) for name in names]


def _plain(value: Any) -> Cell:
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _fault(field: str, value: object, message: str) -> InputRejected:
    return InputRejected([Problem("portal.X001", "export", column=field, value=str(value)[:100], message=message)])
