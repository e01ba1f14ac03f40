"""Where the PostgreSQL of the books is: the operator's by DATABASE_URL, else an embedded one in the data folder."""

from __future__ import annotations

import logging
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from tanheng.problems import InputRejected, reject

if TYPE_CHECKING:
    import psycopg

_log = logging.getLogger("tanheng.database")

DATABASE = "tanheng"
OLDEST = 15
EXAMPLE = "postgresql://user:password@host:5432/tanheng"
CONNECT_S = 10


def data_folder() -> Path:
    """The folder of the embedded PostgreSQL and of keys: TANHENG_DATA, or ``data`` where we stand."""
    return Path(os.environ.get("TANHENG_DATA", "data")).resolve()


def is_embedded() -> bool:
    """Whether the PostgreSQL is ours."""
    return not os.environ.get("DATABASE_URL")


def connection_parameters(database: str = "") -> dict[str, str]:
    """The parameters of a connection (psycopg's names); starts the embedded PostgreSQL where it serves.

    Parameters
    ----------
    database
        Another database than the books' own; tests have theirs.

    Raises
    ------
    InputRejected
        When DATABASE_URL is no address of a PostgreSQL, or the embedded one does not start.
    """
    parameters = _given() if not is_embedded() else dict(_embedded(data_folder()))
    if database:
        parameters["dbname"] = database
    return parameters


def revive() -> bool:
    """Start the embedded PostgreSQL again if it died under us; says whether it did and runs again."""
    if not is_embedded():
        return False
    from tanheng.database.embedded import is_dead, start_again

    folder = data_folder() / "postgresql"
    if not is_dead(folder):
        return False
    try:
        start_again(folder)
    except InputRejected as rejected:
        _log.error("%s", rejected)
        return False
    return True


def connect(database: str = "") -> psycopg.Connection[tuple[object, ...]]:
    """A connection past Django, for what comes before its tables: each statement a transaction of its own.

    Raises
    ------
    InputRejected
        When it cannot be reached, or is older than PostgreSQL 15; the password is not repeated.
    """
    import psycopg

    parameters = connection_parameters(database)
    options: dict[str, object] = {"connect_timeout": CONNECT_S, **parameters}
    try:
        connection = psycopg.connect("", autocommit=True, **options)  # type: ignore[arg-type]
    except psycopg.OperationalError as error:
        raise reject(
            "database.E002", _name(parameters), f"cannot be reached: {_first_line(error)}", hint=_HINT
        ) from None
    if connection.info.server_version < OLDEST * 10_000:
        version = connection.info.server_version // 10_000
        connection.close()
        raise reject(
            "database.E003",
            _name(parameters),
            f"is PostgreSQL {version}; {OLDEST} or later is needed",
            hint="Upgrade it, or leave DATABASE_URL unset to use the one that comes with Tanheng",
        )
    return connection


_HINT = "See that the server runs, and that DATABASE_URL names its host, port, user and database"


def _given() -> dict[str, str]:
    try:
        parameters = conninfo_to_dict(os.environ["DATABASE_URL"])
    except ProgrammingError:
        # Without the value: it holds a password.
        raise reject("database.E001", "DATABASE_URL", "is no address of a PostgreSQL", hint=f"As {EXAMPLE}") from None
    given = {name: str(value) for name, value in parameters.items() if value is not None}
    given.setdefault("dbname", DATABASE)
    return given


def _name(parameters: dict[str, str]) -> str:
    host, port = parameters.get("host", "this machine"), parameters.get("port", "5432")
    return f"database {parameters.get('dbname', DATABASE)} at {host}:{port}"


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


@cache
def _embedded(folder: Path) -> tuple[tuple[str, str], ...]:
    # The wheel brings 40 MB of programs: it is looked at only by who needs it.
    import psycopg

    from tanheng.database.embedded import close_to_others, start

    try:
        folder.mkdir(parents=True, exist_ok=True)
        address = start(folder / "postgresql")
    except InputRejected:
        raise
    except OSError as error:
        raise reject("database.E004", str(folder), f"cannot hold the embedded PostgreSQL: {error}") from None
    parameters = {name: str(value) for name, value in conninfo_to_dict(address).items() if value is not None}
    with psycopg.connect(address, autocommit=True) as connection:
        close_to_others(connection)
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            try:
                connection.execute(f"CREATE DATABASE {DATABASE}")
            except psycopg.errors.DuplicateDatabase:
                pass  # Another process of ours was a moment faster.
            except psycopg.errors.UniqueViolation:
                pass  # The same, seen a moment earlier.
    parameters["dbname"] = DATABASE
    return tuple(parameters.items())
