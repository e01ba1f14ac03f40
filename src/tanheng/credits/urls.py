"""Addresses of carbon inclusion, below ``/credits/``."""

from __future__ import annotations

from tanheng.credits.filing import urls as filing
from tanheng.credits.intake import urls as intake
from tanheng.credits.overlaps import urls as overlaps
from tanheng.credits.points import urls as points
from tanheng.credits.projects import urls as projects
from tanheng.credits.register import urls as register

urlpatterns = [
    *overlaps.urlpatterns,
    *filing.urlpatterns,
    *projects.urlpatterns,
    *intake.urlpatterns,
    *points.urlpatterns,
    *register.urlpatterns,
]
