"""``tanheng import-registry`` and ``export-cad-trust``: what comes from other registries, and what goes to them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tanheng.cli.books import books_in_step
from tanheng.cli.screen import read_date, screen

LISTED = 200


def import_registry(registry: str, file: Path, *, table: str, as_of: str | None, look_only: bool) -> None:
    """Keep a table with what does not add up, or only say what does not.

    Raises
    ------
    typer.Exit
        With code 2 for a file that is none of the registry's tables.
    """
    with books_in_step():
        from django.utils import timezone

        from tanheng.credits.overlaps.actions import do_import_registry_table
        from tanheng.credits.overlaps.imports.taking_in import read_table
        from tanheng.credits.overlaps.models import ImportFinding
        from tanheng.people.rights import HOUSE
        from tanheng.problems import reject

        if not file.is_file():
            raise reject("overlaps.E010", str(file), "is not there")
        on = read_date(as_of, "--as-of") or timezone.localdate()
        if look_only:
            read = read_table(registry, file, table=table, as_of=on)
            found = [(each.line, each.column, each.value, each.said.en, each.code) for each in read.findings]
            _list(found, len(found))
            screen().print(
                f"{read.form.table} of {registry}: {read.rows:,} rows, {len(found):,} do not add up; nothing kept"
            )
            return
        taken = do_import_registry_table(registry, file, table=table, as_of=on, acting_user=HOUSE)
        rows = ImportFinding.objects.filter(source=taken).order_by("line", "pk")[:LISTED]
        _list([(row.line, row.column, row.value, row.said_en, row.code) for row in rows], taken.findings_count)
        screen().print(
            f"{taken.table} of {registry} as of {taken.as_of}: {taken.rows:,} rows, {taken.taken:,} kept, "
            f"{taken.findings_count:,} do not add up (table {taken.pk})"
        )


def _list(found: Iterable[tuple[int, str, str, str, str]], count: int) -> None:
    for line, column, value, said, code in list(found)[:LISTED]:
        shown = f" is {value}:" if value else ""
        screen().print(f"line {line}, {column}:{shown} {said} [{code}]")
    if count > LISTED:
        screen().print(f"and {count - LISTED:,} more")


def export_cad_trust(folder: Path, *, picks: Path | None) -> None:
    """Write what is public in the data model of CAD Trust, and say what it lacks.

    Raises
    ------
    typer.Exit
        With code 2 where something lies in the folder, or the pick lists cannot be read.
    """
    with books_in_step():
        from tanheng.credits.register.cad_trust import export
        from tanheng.credits.register.cad_trust_model import pick_lists

        made = export(pick_lists(picks))
        made.write(folder)
        counts = ", ".join(f"{len(rows):,} {table}" for table, rows in made.rows.items() if rows)
        for gap in made.gaps[:LISTED]:
            screen().print(str(gap))
        if len(made.gaps) > LISTED:
            screen().print(f"and {len(made.gaps) - LISTED:,} more")
        screen().print(f"{folder}: {counts or 'no rows'}; {len(made.gaps):,} gaps; no field for:")
        for ours, says in made.no_field.items():
            screen().print(f"  {ours}: {says}")
