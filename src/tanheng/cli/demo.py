"""``tanheng serve --demo``: a look around, in a place of its own, with a city, people and units that are made up."""

from __future__ import annotations

import os
import sys
from multiprocessing import get_context
from pathlib import Path

import typer

from tanheng.cli.screen import faults_told, screen
from tanheng.problems import reject

CITY = Path("examples/shenzhen")
SEED = 440300


def set_up() -> None:
    """What the environment says for a demonstration; before Django reads it.

    Raises
    ------
    typer.Exit
        With code 2 where it would go into somebody's real books.
    """
    with faults_told():
        if os.environ.get("DATABASE_URL"):
            raise reject(
                "portal.E005",
                "DATABASE_URL",
                "is set, and a demonstration lets people in without a password",
                hint="Unset it: the demonstration has books of its own",
            )
    os.environ["TANHENG_DEMO"] = "1"
    os.environ["TANHENG_DATA"] = str(Path(os.environ.get("TANHENG_DATA", "data")) / "demo")
    os.environ["TANHENG_SECOND_FACTOR"] = "offered"


def fill_apart() -> None:
    """As ``fill``, in a process of its own: the threads of the engines that work a city out would not come along into
    the workers of the server, which then crash when they end.

    Raises
    ------
    typer.Exit
        With the code of what ended it.
    """
    from django.db import connections

    connections.close_all()
    child = get_context("fork").Process(target=_fill_told)
    child.start()
    child.join()
    if child.exitcode:
        raise typer.Exit(child.exitcode)


def _fill_told() -> None:
    try:
        with faults_told():
            fill()
    except typer.Exit as ended:
        sys.exit(ended.exit_code)


def fill() -> None:
    """The city's runs, a comparison of its reforms and the made-up people, where they are missing. Django is set up."""
    from django.conf import settings

    from tanheng.comparison.asked import Asked, compare
    from tanheng.portal import demo_books, demo_quiet
    from tanheng.portal.run_shelf import comparisons_folder, latest_run, runs_folder
    from tanheng.portal.work.comparisons import reforms

    if latest_run() is None:
        if not CITY.is_dir():
            raise reject("portal.E006", CITY, "is not here, so there is no run to show", hint="Start where it is")
        from tanheng.cli.make_city import make_city
        from tanheng.cli.run import run

        if not (CITY / "demonstration").is_dir():
            make_city(CITY, seed=SEED, scale=1.0)
        for year in (None, 2023):
            run(CITY, year=year, on=None, known_on=None, rulebook=None, out=runs_folder(), force=False)
        variants = tuple((Path(settings.TANHENG_REFORMS) / name,) for name, _title in reforms())
        if variants:
            screen().print("Trying the reforms beside it on the whole city: who gains, who loses, what it costs.")
            compare(Asked(CITY, variants=variants), out=comparisons_folder())
    if demo_books.make():
        screen().print("Made-up people and units are in place.")
    if not demo_quiet.is_whole():
        screen().print("Working out the noise of a made-up quarter; the first time it takes a minute.")
        demo_quiet.work_out_the_quarter()
