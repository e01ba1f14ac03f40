"""The root of the API: one description (OpenAPI) of everything that can be done from outside."""

from __future__ import annotations

from tanheng import __version__
from tanheng.people.api import router as people
from tanheng.transparency.api import router as log
from tanheng.web.api import Api

api = Api(title="Tanheng 碳衡", version=__version__, urls_namespace="api")
api.add_router("/people", people)
api.add_router("/log", log)
