"""``tanheng keep-study``: take a calculated noise study into the books, so that the site shows it."""

from __future__ import annotations

from pathlib import Path

from tanheng.cli.books import books_in_step
from tanheng.cli.screen import screen


def keep_study(folder: Path, *, public: bool) -> None:
    """Copy the folder to its place, named by its digest, with a record; the same study twice is one.

    Raises
    ------
    typer.Exit
        With code 2 and what is wrong with the folder.
    """
    with books_in_step():
        from tanheng.communities.actions import do_keep_study, do_show_study
        from tanheng.people.rights import HOUSE

        study = do_keep_study(folder.resolve(), acting_user=HOUSE)
        if public and not study.public:
            study = do_show_study(study, public=True, acting_user=HOUSE)
    read_by = "anybody" if study.public else "the authority"
    screen().print(f"{study.name} is kept for {read_by} to read: {study.get_absolute_url()}")
