"""``tanheng new-rulebook``: the folder that a city's rulebook begins with."""

from __future__ import annotations

from pathlib import Path

from tanheng.cli.screen import faults_told, screen
from tanheng.policy.new_rulebook import start
from tanheng.policy.rulebook import load_rulebook


def new_rulebook(folder: Path, *, based_on: str, city: str) -> None:
    """Write the folder, load it, and say what to do next.

    Raises
    ------
    typer.Exit
        With code 2 when the folder is there already or cannot be a rulebook.
    """
    with faults_told():
        files = start(folder, load_rulebook(based_on), city)
        book = load_rulebook(folder)
    console = screen()
    console.print(f"{folder} is a rulebook based on {', '.join(book.names[1:])}: {len(book.parameters)} parameters.")
    for path in files:
        console.print(f"  {path}")
    open_ones = book.names_by_status()["unset"]
    mine = [name for name in open_ones if any(cell.file == f"{book.name}/local.yaml" for cell in book[name].cells)]
    console.print(f"Of the city's own values {len(mine)} are unset. Next: fill in {folder / 'local.yaml'}, then")
    console.print(f"  tanheng test-rulebook {folder}")
