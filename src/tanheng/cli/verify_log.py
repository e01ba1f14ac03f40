"""``tanheng verify-log``: without Django, without a database, without a network."""

from __future__ import annotations

from pathlib import Path

import typer

from tanheng.transparency.verification import verify


def verify_log(file: Path, *, key: str, kept: Path | None, body: Path | None) -> None:
    """Print what was found; exit code 1 where anything is wrong, 2 where a file cannot be read."""
    try:
        verdict = verify(
            file,
            key=key,
            kept=kept.read_text(encoding="utf-8") if kept else "",
            body=body.read_text(encoding="utf-8") if body else None,
        )
    except (OSError, UnicodeDecodeError) as error:
        typer.echo(f"{file}: {error}", err=True)
        raise typer.Exit(2) from error
    for fault in verdict.faults:
        typer.echo(f"{file}: {fault}", err=True)
    if not verdict.holds:
        typer.echo(f"{file}: does not hold", err=True)
        raise typer.Exit(1)
    typer.echo(f"{file}: {verdict.said}: all of it holds")
    if not key:
        typer.echo(f"It was signed with {verdict.key}. Compare this key with one you got elsewhere.")
