"""The root of the API: one description (OpenAPI) of everything that can be done from outside."""

from __future__ import annotations

from ninja import NinjaAPI

from tanheng import __version__

api = NinjaAPI(title="Tanheng 碳衡", version=__version__)
