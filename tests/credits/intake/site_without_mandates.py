"""The faulty site where nobody keeps mandates: the persons of the tests of intake are in nobody's books."""

from __future__ import annotations

from tests.books.faulty_site import application

from tanheng.credits.intake import mandates

mandates._known.clear()

__all__ = ["application"]
