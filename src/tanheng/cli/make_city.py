"""``tanheng make-city``: the made-up layer of the example city."""

from __future__ import annotations

from pathlib import Path

import typer

from tanheng.cli.screen import faults_told, progress_shown, screen, side
from tanheng.example_city import make_city as generate
from tanheng.text import Text

MISSED = 1


def make_city(folder: Path, *, seed: int, scale: float) -> None:
    """Write the layer and say how it met what was planned.

    Raises
    ------
    typer.Exit
        With code 2 when the city folder cannot be used, 1 when a total or margin was missed.
    """
    with faults_told(), progress_shown() as progress:
        summary = generate(folder, seed, scale, lambda step, part: progress(Text(step, step), part))
    console = screen()
    console.print(str(summary))
    console.print(f"Written to {summary.folder}")
    if not summary.met:
        side().print("The layer does not meet what was planned; see MISSED above.", style="bold red")
        raise typer.Exit(MISSED)
