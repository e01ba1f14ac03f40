"""The root of the API: one description (OpenAPI) of everything that can be done from outside."""

from __future__ import annotations

from django.conf import settings

from tanheng import __version__
from tanheng.communities.api import router as quiet
from tanheng.credits.api import router as credits
from tanheng.decisions.api import router as decisions
from tanheng.jobs.api import router as jobs
from tanheng.ledger.safeguards_api import router as ledger
from tanheng.people.api import router as people
from tanheng.portal.compare_api import router as comparisons
from tanheng.portal.entries import router as entries
from tanheng.portal.work.api import router as files
from tanheng.submissions.api import router as tables
from tanheng.transparency.api import router as log
from tanheng.web.api import Api
from tanheng.web.rates import Rate

api = Api(
    title="Tanheng 碳衡",
    version=__version__,
    urls_namespace="api",
    throttle=Rate(per_minute=settings.TANHENG_RATE, burst=max(1, settings.TANHENG_RATE // 4)),
)
api.add_router("/ledger", ledger)
api.add_router("/people", people)
api.add_router("/jobs", jobs)
api.add_router("/jobs", files)
api.add_router("/tables", tables)
api.add_router("/comparisons", comparisons)
api.add_router("/log", log)
api.add_router("/log", entries)
api.add_router("/decisions", decisions)
api.add_router("/credits", credits)
api.add_router("/quiet", quiet)
