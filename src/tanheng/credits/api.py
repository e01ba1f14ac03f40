"""Carbon inclusion in the API, below ``/api/credits``."""

from __future__ import annotations

from ninja import Router

from tanheng.cases.api import router_of
from tanheng.credits.filing.api import router as filing
from tanheng.credits.intake.api import router as intake
from tanheng.credits.overlaps.api import router as overlaps
from tanheng.credits.points.api import router as points
from tanheng.credits.projects.api import router as projects
from tanheng.credits.register.api import router as register

router = Router()
router.add_router("/cases", router_of("credits"))
router.add_router("/overlaps", overlaps)
router.add_router("/filing", filing)
router.add_router("/projects", projects)
router.add_router("/applications", intake)
router.add_router("/points", points)
router.add_router("/register", register)
