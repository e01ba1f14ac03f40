"""Django's PostgreSQL backend, with the place of the books asked for at the first connection."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db.backends.postgresql import base, features

from tanheng.database.place import DATABASE, OLDEST, connection_parameters, revive


class DatabaseFeatures(features.DatabaseFeatures):
    """What is asked of the server: range constraints, identity columns and the like as PostgreSQL 15 has them."""

    minimum_database_version = (OLDEST,)


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL at DATABASE_URL, or embedded in the data folder."""

    features_class = DatabaseFeatures

    def get_connection_params(self) -> dict[str, Any]:
        """Django's own parameters (encoding, cursors, options) with host, port, user and database of the books."""
        name = self.settings_dict["NAME"] or ""
        return {**super().get_connection_params(), **connection_parameters(self._database(name))}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection; the embedded server is started again if it died (killed, out of memory)."""
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            if not revive():
                raise
            return super().get_new_connection(conn_params)

    def _database(self, name: str) -> str:
        """The books' own is that of DATABASE_URL, whatever it is called; those of tests go by their name."""
        return "" if name == DATABASE else name
