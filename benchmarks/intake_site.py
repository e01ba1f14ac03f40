"""The site as a benchmark of intake serves it: nobody keeps mandates, since its persons are in nobody's books."""

from __future__ import annotations

from tanheng.credits.intake import mandates
from tanheng.portal.wsgi import application

mandates._known.clear()

__all__ = ["application"]
