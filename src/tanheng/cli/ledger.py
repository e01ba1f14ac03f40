"""``tanheng check-ledger``, ``export-ledger`` and ``run-ledger``."""

from __future__ import annotations

import os
import time
from pathlib import Path

import django
import typer


def check_ledger(*, look_only: bool) -> None:
    """Say every difference; exit code 1 where there is one."""
    _set_up()
    from tanheng.ledger.models import Difference, Posting, Transfer
    from tanheng.ledger.recomputation import do_recompute, recompute
    from tanheng.people.origin import coming_from

    with coming_from("command line"):
        found = recompute() if look_only else do_recompute()
    for difference in found:
        typer.echo(str(difference), err=True)
    open_ = Difference.objects.filter(explained_at=None).count()
    if found:
        said = "nothing was changed" if look_only else "the accounts concerned are blocked until it is explained"
        typer.echo(f"{len(found)} differences; {said}", err=True)
        raise typer.Exit(1)
    typer.echo(f"{Transfer.objects.count()} transfers and {Posting.objects.count()} postings agree with all balances")
    if open_:
        typer.echo(f"{open_} differences found before are not explained yet", err=True)


def export_ledger(file: Path) -> None:
    """Write the ledger as a beancount file, whole or not at all."""
    _set_up()
    from django.db import connection, transaction

    from tanheng.ledger.beancount import lines

    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with transaction.atomic(), open(draft, "w", encoding="utf-8") as stream:
            if not connection.savepoint_ids:  # within another transaction its isolation is what there is
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            stream.writelines(f"{line}\n" for line in lines())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    typer.echo(f"wrote {file}; beancount's bean-check tells whether it balances")


def run_ledger(*, every_s: float) -> None:
    """Once, or again and again until the process is told to stop."""
    _set_up()
    from django.db import close_old_connections
    from django.db.utils import OperationalError

    from tanheng.ledger.actions import do_expire_reservations, do_lapse_points, do_run_queue
    from tanheng.ledger.models import Asset
    from tanheng.people.origin import coming_from

    while True:
        try:
            with coming_from("job run-ledger"):
                done, refused = do_run_queue()
                ended = do_expire_reservations()
                lapsed = sum(do_lapse_points(asset) for asset in Asset.objects.filter(life_months__isnull=False))
        except OperationalError as error:
            if not every_s:
                raise
            # A database that restarts is no reason to give up; what is due stays due.
            typer.echo(f"the books cannot be reached, trying again: {error}", err=True)
            close_old_connections()
        else:
            if done or refused or ended or lapsed or not every_s:
                said = f"waiting transfers: {done} done, {refused} refused; reservations ended: {ended}"
                typer.echo(f"{said}; units lapsed: {lapsed}")
        if not every_s:
            return
        time.sleep(every_s)


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tanheng.portal.settings")
    django.setup()
