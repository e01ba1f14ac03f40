"""The commands of the books: serve, migrate, create-user, backup, restore, tidy."""

from __future__ import annotations

import ipaddress
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from tanheng import __version__
from tanheng.cli.screen import faults_told, screen
from tanheng.database import place
from tanheng.problems import InputRejected, Problem, reject

# Below the data folder: what the database names by its hash, and what was worked out of it.
FILES_OF_THE_BOOKS = ("credits/events", "credits/worked_out", "noise")


@contextmanager
def books_open() -> Iterator[None]:
    """Django with the books, or words about why not; what is done within comes from the command line.

    Raises
    ------
    typer.Exit
        With code 2 when the database cannot be used, or for input that cannot.
    """
    with faults_told():
        place.connect().close()
        begin()
        from tanheng.people.origin import coming_from

        with coming_from("command line"):
            yield


@contextmanager
def books_in_step() -> Iterator[None]:
    """As ``books_open``, with the tables that this program wants."""
    with books_open():
        in_step()
        yield


def again_and_again(every_s: float, work: Callable[[], str]) -> None:
    """Do something once, or until the process is told to stop; what is done once, or is worth a line, is said.

    A database that restarts is no reason to give up: what is due stays due.
    """
    from django.db import close_old_connections
    from django.db.utils import OperationalError

    while True:
        try:
            said = work()
        except OperationalError as error:
            if not every_s:
                raise
            typer.echo(f"the books cannot be reached, trying again: {error}", err=True)
            close_old_connections()
        else:
            if said:
                typer.echo(said)
        if not every_s:
            return
        time.sleep(every_s)


def begin() -> None:
    """Have Django know its settings and apps."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tanheng.portal.settings")
    import django
    from django.utils.translation import activate

    django.setup()
    # The command line speaks English; the site speaks each visitor's language.
    activate("en")


def serve(host: str, port: int, workers: int | None, threads: int, *, demo: bool = False, job_workers: int = 1) -> None:
    """Serve the site and its API, with workers of the queue beside it."""
    from tanheng.cli import demo as look_around

    if demo:
        look_around.set_up()
    with faults_told():
        _on_this_machine_only(host, port)
    with books_in_step():
        if demo:
            look_around.fill_apart()
        from django.db import connections

        from tanheng.people.signin import second_factors_can_be_read

        if not second_factors_can_be_read():
            raise reject(
                "portal.E005",
                "the secret key",
                "is not the one that the second factors in these books are hidden with; nobody could sign in",
                hint="Bring secret_key, or TANHENG_SECRET_KEY, from where the books were, or restore a backup",
            )
        # The children make their own; the embedded server stays for as long as we do.
        connections.close_all()
    from tanheng.portal.serving import serve as run

    screen().print(f"Tanheng {__version__} at {os.environ['TANHENG_ADDRESS']} (Ctrl-C stops)")
    run(
        host,
        port,
        workers=workers or 2 * (os.cpu_count() or 1) + 1,
        threads=threads,
        job_workers=job_workers,
    )


def work(beside: int | None) -> None:
    """Do what waits in the queue until we are told to stop."""
    with books_in_step():
        from django.db import connections

        from tanheng.jobs.worker import Pace, Worker
        from tanheng.portal.worker_processes import GRACE_S

        connections.close_all()
        if beside is None:
            screen().print(f"Tanheng {__version__} does what waits in the queue (Ctrl-C stops)")
        Worker(Pace(grace_s=GRACE_S), beside=beside).run()


def migrate(only_list: bool) -> None:
    """Bring the tables up to the program."""
    with books_open():
        from tanheng.portal.upgrading import missing, upgrade

        names = missing() if only_list else upgrade()
    for name in names:
        screen().print(name)
    screen().print(f"{len(names)} migrations {'to do' if only_list else 'done'}")


def tidy() -> None:
    """Remove what has ended."""
    with books_open():
        from tanheng.portal.tidying import tidy as throw_away

        for what, count in throw_away().items():
            screen().print(f"{count:>8,}  {what}")


def in_step() -> None:
    """The tables as this program wants them: put in place where the database is ours, asked for where it is not.

    Raises
    ------
    InputRejected
        When the operator has to upgrade it.
    """
    from tanheng.portal.upgrading import missing, upgrade

    if place.is_embedded():
        upgrade()
    elif names := missing():
        hint = "Take a backup, then: tanheng migrate"
        raise reject(
            "portal.E002", "the database", f"is not up to this Tanheng; missing: {', '.join(names)}", hint=hint
        )


def create_user(
    username: str, *, name: str, email: str, organisation: str | None, kind: str | None, role: str, password: str | None
) -> None:
    """Make a user, with a role in an organisation that is there or is founded with it."""
    with books_in_step():
        from django.db import transaction

        from tanheng.people.actions import do_create_organisation, do_create_user
        from tanheng.people.models import Organisation
        from tanheng.people.rights import HOUSE

        secret = password if password is not None else _password()
        with transaction.atomic():
            whose = None
            if organisation is not None:
                found = list(Organisation.objects.filter(name=organisation)[:2])
                if len(found) == 1 and kind in (None, found[0].kind):
                    (whose,) = found
                elif not found and kind is not None:
                    whose = do_create_organisation(kind, organisation, acting_user=HOUSE)
                else:
                    there = "more than one" if found else "none"
                    raise _no_such_organisation(organisation, there)
            user = do_create_user(
                username, name=name, email=email, password=secret, organisation=whose, role=role if whose else ""
            )
        where = f", {role} of {whose.name}" if whose else ""
        screen().print(f"User {user.username} is made{where}. They set up a second factor when they first sign in.")


def backup(file: Path, force: bool) -> None:
    """Write the books into one file."""
    with faults_told():
        begin()
        from tanheng.database.backups import save
        from tanheng.portal import keys
        from tanheng.transparency import key as log_key

        files = [place.data_folder() / name for name in (keys.FILE, log_key.FILE)]
        done = save(file, files, version=__version__, data=place.data_folder(), folders=FILES_OF_THE_BOOKS, force=force)
    console = screen()
    console.print(f"The books of {done.made_at:%Y-%m-%d %H:%M} UTC are in {file} ({file.stat().st_size:,} bytes)")
    console.print(f"Files in it: {len(done.files):,} of {', '.join(done.folders)}")
    console.print(f"Keys in it: {', '.join(done.keys) or 'none'}. Guard the file as the data folder itself.")
    for name, what in (("TANHENG_SECRET_KEY", "no second factor opens"), ("TANHENG_LOG_KEY", "the log cannot go on")):
        if os.environ.get(name):
            console.print(f"What {name} says is yours to keep: without it {what}.", style="yellow")


def restore(file: Path, force: bool) -> None:
    """Put the books of a file in place."""
    with faults_told():
        from tanheng.database.backups import restore as put_back
        from tanheng.portal.upgrading import no_newer_than_we

        begin()
        folder = place.data_folder()
        done = put_back(file, folder, force=force, check=no_newer_than_we)
    console = screen()
    console.print(f"The books of {done.backup.made_at:%Y-%m-%d %H:%M} UTC are in place, from {file}")
    if done.before:
        console.print(f"What stood there is kept as database {done.before}; drop it when nobody misses it.")
    for kept in done.keys_before:
        console.print(f"Another key stood there and is kept as {kept}")
    for kept in done.folders_before:
        console.print(f"Files that stood there are kept as {kept}")


def _on_this_machine_only(host: str, port: int) -> None:
    """Settings of `tanheng serve` for who tries it out: without TLS on the machine itself, and nowhere else."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        raise InputRejected(
            [Problem("portal.E003", "--host", value=host, expected="an address, as 127.0.0.1")]
        ) from None
    os.environ.setdefault("TANHENG_ADDRESS", f"http://localhost:{port}")
    if loopback and not int(os.environ.get("TANHENG_PROXIES", "0")):
        os.environ.setdefault("TANHENG_TLS", "0")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _no_such_organisation(name: str, there: str) -> InputRejected:
    return InputRejected(
        [
            Problem(
                "portal.E004",
                "--organisation",
                value=name,
                message=f"{there} of this name",
                hint="To found it, say its kind as well, as --kind bureau",
            )
        ]
    )
