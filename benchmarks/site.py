"""The site, served as ``tanheng serve`` serves it: each page alone, its first view in a browser, fifty people at once.

The books hold an account with a million postings. ``python -m benchmarks.site --seconds 10 --postings 50000`` is a
try; so are TANHENG_BENCH_SECONDS and TANHENG_BENCH_POSTINGS for ``make bench``. Runs are those of TANHENG_RUNS or
``runs``; where there are none, two years of the example city are run first.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.bars import Bar
from benchmarks.database import database
from benchmarks.visitors.browser import first_views
from benchmarks.visitors.crowd import at_once
from benchmarks.visitors.person import Person

SEED = 440300
NAME = "tanheng_bench_site"
EXAMPLE = Path(__file__).parents[1] / "examples" / "shenzhen"
COMMAND = "from tanheng.cli import app; app()"
WARM, VISITS = 2, 60
PEOPLE = 50
HOST = "127.0.0.1"
BUSY, OTHER, ASSET = "BUSY-1", "BUSY-2", "SITE-CNY"
ROLES = ("officer", "approver", "auditor", "admin", "branch", "emitter", "emitter-second", "emitter-admin", "developer",
         "app", "verifier", "bank", "park", "plant", "inspector")  # fmt: skip


def measure() -> Iterator[Bar]:
    """Pages alone, then in a browser, then under fifty people."""
    postings = int(os.environ.get("TANHENG_BENCH_POSTINGS", "1000000"))
    seconds = float(os.environ.get("TANHENG_BENCH_SECONDS", "60"))
    with database(NAME) as folder:
        runs = _runs(folder)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "tanheng.portal.settings",
            "TANHENG_RUNS": str(runs),
            "TANHENG_DEMO": "1",
            "TANHENG_SECOND_FACTOR": "offered",
            "TANHENG_TLS": "0",
        }
        pages = _prepare(postings)
        with _served() as port:
            yield from _alone(port, pages)
            yield from _statements(pages)
            yield from _weighed(port, pages)
            yield from _crowd(port, pages, seconds)


def _runs(folder: Path) -> Path:
    """The folder of the runs that are shown; the example city's, made first, where there are none."""
    given = Path(os.environ.get("TANHENG_RUNS", "runs")).resolve()
    if any(given.glob("*/manifest.json")):
        return given
    city, runs = folder / "shenzhen", folder / "runs"
    shutil.copytree(EXAMPLE, city, ignore=shutil.ignore_patterns("demonstration"))
    _tanheng("make-city", str(city), "--seed", str(SEED))
    for year in ("2023", "2024"):
        _tanheng("run", str(city), "--year", year, "--out", str(runs))
    return runs


def _tanheng(*words: str) -> None:
    subprocess.run([sys.executable, "-c", COMMAND, *words], check=True, stdout=subprocess.DEVNULL)


def _prepare(postings: int) -> dict[str, tuple[str, str]]:
    """The books, with an account of so many postings. Pages by name: who opens them, and where they are."""
    import django

    django.setup()
    from django.core.management import call_command

    from benchmarks.peers.ledger.filling import fill
    from tanheng.ledger.actions import do_define_asset, do_issue_units, do_open_account
    from tanheng.ledger.models import Transfer
    from tanheng.people.models import Organisation
    from tanheng.people.rights import HOUSE
    from tanheng.portal import demo_books
    from tanheng.portal.run_shelf import contents_of, latest_run

    call_command("migrate", verbosity=0)
    demo_books.make()
    owner = Organisation.objects.get(name__contains="Demo Electronics")
    asset = do_define_asset(ASSET, "cash", "yuan", second_person=False, acting_user=HOUSE)
    opened = [do_open_account(number, "cash", owner, acting_user=HOUSE) for number in (BUSY, OTHER)]
    for number in (BUSY, OTHER):
        if do_issue_units(ASSET, number, 10**12, purpose="deposit", acting_user=HOUSE).code:
            raise RuntimeError("the busy account could not be filled")
    if opened[1].pk != opened[0].pk + 1:
        raise RuntimeError("the two accounts do not follow one another")
    first = Transfer.objects.latest("pk").pk + 1
    # Each transfer posts to both of the two.
    fill(asset.pk, opened[0].pk, 2, first, first + postings - 1)
    run = latest_run()
    if run is None:
        raise RuntimeError("there is no run to show")
    maps = [(each.measure, layer.id) for each in contents_of(run.address).assessments for layer in each.maps]
    pages = {
        "measures": ("officer", "/measures/"),
        "measure": ("officer", "/measures/carbon_dual_control/"),
        "organisations": ("officer", "/organisations/"),
        "organisation": ("emitter", f"/organisations/{owner.pk}/"),
        "accounts": ("officer", "/book/"),
        "account_million": ("emitter", f"/book/{BUSY}/"),
        "account_on_a_day": ("emitter", f"/book/{BUSY}/?on=2026-01-01"),
        "statement_million": ("emitter", f"/book/{BUSY}/{ASSET}/"),
        "transfers": ("officer", "/transfers/"),
        "approvals": ("emitter-second", "/approvals/"),
        "audit_trail": ("auditor", "/audit-trail/"),
        "search": ("officer", "/search/?q=demo"),
        "runs": ("officer", "/runs/"),
        "run": ("officer", f"/runs/{run.address}/"),
        "map": ("officer", "/map/"),
        **{f"part_{measure}": ("officer", f"/runs/{run.address}/{measure}/") for measure in run.measures},
        **{
            f"map_data_{layer}": ("officer", f"/map/{run.address}/{measure}/{layer}.geojson") for measure, layer in maps
        },
        **{f"home_{name.replace('-', '_')}": (name, "/") for name in ROLES},
    }
    return pages


@contextmanager
def _served() -> Iterator[int]:
    """The site on a port of this machine, with the processes that ``tanheng serve`` takes by itself."""
    from django.db import connections

    connections.close_all()
    with socket.socket() as found:
        found.bind((HOST, 0))
        port = int(found.getsockname()[1])
    os.environ["TANHENG_ADDRESS"] = f"http://{HOST}:{port}"
    server = subprocess.Popen([sys.executable, "-c", COMMAND, "serve", "--port", str(port)], stdout=subprocess.DEVNULL)
    try:
        for _turn in range(300):
            time.sleep(0.2)
            with socket.socket() as knocking:
                if knocking.connect_ex((HOST, port)) == 0:
                    break
            if server.poll() is not None:
                raise RuntimeError("the site did not start")
        else:
            raise RuntimeError("the site did not answer within a minute")
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(90)


def _alone(port: int, pages: dict[str, tuple[str, str]]) -> Iterator[Bar]:
    """The median milliseconds of a page on a kept connection of this machine: all of the server's time and the way."""
    people = {name: Person(HOST, port, name) for name, _path in pages.values()}
    for person in people.values():
        person.signs_in()
    # Each process reads a run once; what is measured is what the next reader waits for.
    for _turn in range(WARM * (2 * (os.cpu_count() or 1) + 1)):
        for name, path in dict.fromkeys(pages.values()):
            if people[name].visit(path)[0] != 200:
                raise RuntimeError(f"{name} {path} was not answered")
            # Another connection finds another process.
            people[name].leaves()
    for page, (name, path) in pages.items():
        taken = []
        for _visit in range(VISITS):
            status, milliseconds = people[name].visit(path)
            if status != 200:
                raise RuntimeError(f"{name} {path}: {status}")
            taken.append(milliseconds)
        yield Bar(f"site.{page}_ms", median(taken), "at most", 100)
    for person in people.values():
        person.leaves()


def _statements(pages: dict[str, tuple[str, str]]) -> Iterator[Bar]:
    """How many statements a page asks of the database: the most of all pages."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    most, which = 0, ""
    for page, (name, path) in pages.items():
        client = Client(headers={"host": HOST})
        client.post("/demo/sign-in/", {"username": f"demo-{name}"})
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            if client.get(path).status_code != 200:
                raise RuntimeError(f"{name} {path} was not answered")
        if len(asked) > most:
            most, which = len(asked), page
    yield Bar(f"site.statements_most_{which}", most, "at most", 12)
    connection.close()


def _weighed(port: int, pages: dict[str, tuple[str, str]]) -> Iterator[Bar]:
    shown = [path for page, (name, path) in pages.items() if name == "officer" and not page.startswith("map_data")]
    views = first_views(f"http://{HOST}:{port}", "officer", shown)
    by_path = {path: page for page, (_name, path) in pages.items()}
    heaviest = max(views, key=lambda path: views[path][0])
    yield Bar(f"site.first_view_kb_most_{by_path[heaviest]}", views[heaviest][0], "at most", 300)
    yield Bar("site.requests_to_other_hosts", sum(elsewhere for _weight, elsewhere in views.values()), "at most", 0)


def _crowd(port: int, pages: dict[str, tuple[str, str]], seconds: float) -> Iterator[Bar]:
    rounds: dict[str, list[str]] = {}
    for name, path in pages.values():
        rounds.setdefault(name, []).append(path)
    for name in rounds:
        rounds[name] += ["/measures/", "/approvals/"]
    chance = random.Random(SEED)
    went = at_once(HOST, port, rounds, PEOPLE, seconds, chance.randint(0, 10**6))
    for error in went.errors[:10]:
        print(f"  {error}", file=sys.stderr)
    print(f"  {len(went.milliseconds)} pages; slowest: {_slowest(went.slowest)}", file=sys.stderr)
    yield Bar("site.people_at_once_errors", len(went.errors), "at most", 0)
    yield Bar("site.people_at_once_p95_ms", quantiles(went.milliseconds, n=20)[-1], "at most", 1000)


def _slowest(found: Sequence[tuple[float, str]]) -> str:
    return ", ".join(f"{path} {milliseconds:.0f} ms" for milliseconds, path in found)


def main(words: Sequence[str] | None = None) -> int:
    """Measure with the sizes of the command line; 1 where a bar is short."""
    parser = argparse.ArgumentParser(description="The benchmark of the site")
    parser.add_argument("--seconds", type=float, help="how long fifty people go round (60)")
    parser.add_argument("--postings", type=int, help="of the busy account (1000000)")
    said: Any = parser.parse_args(words)
    for name in ("seconds", "postings"):
        if getattr(said, name) is not None:
            os.environ[f"TANHENG_BENCH_{name.upper()}"] = str(getattr(said, name))
    short = False
    for bar in measure():
        print(bar, flush=True)
        short |= not bar.ok
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
