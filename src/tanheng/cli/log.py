"""``tanheng seal-log``, ``export-log`` and ``check-log``: the transparency log of the books."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from tanheng.cli.books import again_and_again, books_in_step


def seal_log(*, every_s: float) -> None:
    """Seal once, or again and again until the process is told to stop."""
    with books_in_step():
        from tanheng.transparency.sealing import seal
        from tanheng.transparency.sources import name_of
        from tanheng.transparency.tiles import Broken

        def work() -> str:
            try:
                done = seal()
            except Broken as error:
                typer.echo(f"nothing was sealed: {error}", err=True)
                raise typer.Exit(1) from error
            for kind, ref in done.stuck:
                typer.echo(f"{name_of(kind)} {ref} waits and cannot be found", err=True)
            return f"sealed {done.added} entries; the log has {done.size}" if done.added or not every_s else ""

        again_and_again(every_s, work)


def export_log(file: Path, *, bodies: bool) -> None:
    """Write the file whole or not at all."""
    with books_in_step():
        from tanheng.transparency.export import lines
        from tanheng.transparency.proofs import NoProof

        draft = file.with_name(f".{file.name}.{os.getpid()}")
        try:
            with open(draft, "w", encoding="utf-8") as stream:
                stream.writelines(lines(bodies=bodies))
            draft.replace(file)
        except NoProof as error:
            typer.echo(f"no log to export: {error}; tanheng seal-log seals what waits", err=True)
            raise typer.Exit(2) from error
        finally:
            draft.unlink(missing_ok=True)
        typer.echo(f"wrote {file}; check it with: tanheng verify-log {file}")


def check_log() -> None:
    """Say every difference; exit code 1 where there is one."""
    with books_in_step():
        from tanheng.transparency.checking import check
        from tanheng.transparency.tiles import size

        found = check()
        for difference in found:
            typer.echo(str(difference), err=True)
        if found:
            raise typer.Exit(1)
        typer.echo(f"the books and the log of {size()} entries agree")
