"""Django's PostgreSQL backend, with the place of the books asked for at the first connection."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base

from tanheng.database.place import connection_parameters


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL at DATABASE_URL, or embedded in the data folder."""

    def get_connection_params(self) -> dict[str, Any]:
        """Django's own parameters (encoding, cursors, options) with host, port, user and database of the books."""
        return {**super().get_connection_params(), **connection_parameters(self.settings_dict["NAME"] or "")}
