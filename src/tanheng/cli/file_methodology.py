"""``tanheng file-methodology``: take in the folder of a draft, whose code somebody on this machine has looked at."""

from __future__ import annotations

from pathlib import Path

from tanheng.cli.books import books_in_step
from tanheng.cli.screen import screen


def file_methodology(folder: Path, *, organisation: str) -> None:
    """Check the folder, compute its worked numbers, and begin its case as a draft of the organisation.

    Raises
    ------
    typer.Exit
        With code 2 and every fault of the folder, or where there is no such organisation.
    """
    with books_in_step():
        from tanheng.credits.filing.actions import do_take_in_methodology
        from tanheng.people.models import Organisation
        from tanheng.people.rights import HOUSE
        from tanheng.problems import reject

        found = list(Organisation.objects.filter(name=organisation, is_active=True)[:2])
        if len(found) != 1:
            raise reject("filing.E039", organisation, "is the name of no open organisation, or of several")
        case = do_take_in_methodology(folder.resolve(), organisation=found[0], acting_user=HOUSE)
    console = screen()
    console.print(f"{case.called} is a draft of {organisation}: {case.get_absolute_url()}")
    console.print(f"SHA-256 of its text: {case.digest}")
