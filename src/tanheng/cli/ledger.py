"""``tanheng check-ledger``, ``export-ledger`` and ``run-ledger``."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from tanheng.cli.books import again_and_again, books_in_step


def check_ledger(*, look_only: bool) -> None:
    """Say every difference; exit code 1 where there is one."""
    with books_in_step():
        from tanheng.ledger.models import Difference, Posting, Transfer
        from tanheng.ledger.recomputation import do_recompute, recompute

        found = recompute() if look_only else do_recompute()
        for difference in found:
            typer.echo(str(difference), err=True)
        open_ = Difference.objects.filter(explained_at=None).count()
        if found:
            said = "nothing was changed" if look_only else "the accounts concerned are blocked until it is explained"
            typer.echo(f"{len(found)} differences; {said}", err=True)
            raise typer.Exit(1)
        typer.echo(
            f"{Transfer.objects.count()} transfers and {Posting.objects.count()} postings agree with all balances"
        )
        if open_:
            typer.echo(f"{open_} differences found before are not explained yet", err=True)


def export_ledger(file: Path) -> None:
    """Write the ledger as a beancount file, whole or not at all."""
    with books_in_step():
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
    with books_in_step():
        from tanheng.ledger.actions import do_expire_reservations, do_lapse_points, do_run_queue
        from tanheng.ledger.models import Asset
        from tanheng.people.origin import coming_from

        def work() -> str:
            with coming_from("job run-ledger"):
                done, refused = do_run_queue()
                ended = do_expire_reservations()
                lapsed = sum(do_lapse_points(asset) for asset in Asset.objects.filter(life_months__isnull=False))
            if every_s and not (done or refused or ended or lapsed):
                return ""
            said = f"waiting transfers: {done} done, {refused} refused; reservations ended: {ended}"
            return f"{said}; units lapsed: {lapsed}"

        again_and_again(every_s, work)
