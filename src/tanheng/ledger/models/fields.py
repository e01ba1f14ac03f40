"""A column type that Django does not bring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    _Field = models.Field[Any, Any]
else:
    _Field = models.Field


class SerialsField(_Field):
    """Sets of serial numbers (``int8multirange``); read as ``psycopg.types.multirange.Multirange``."""

    def db_type(self, connection: Any) -> str:
        """PostgreSQL's own name."""
        return "int8multirange"
