"""Addresses of carbon inclusion, below ``/credits/``."""

from __future__ import annotations

from django.urls import path

from tanheng.credits.cases import pages as cases
from tanheng.credits.filing import urls as filing
from tanheng.credits.intake import urls as intake
from tanheng.credits.overlaps import urls as overlaps
from tanheng.credits.points import urls as points
from tanheng.credits.projects import urls as projects
from tanheng.credits.register import urls as register

urlpatterns = [
    path("cases/<slug:slug>/", cases.workflow, name="workflow"),
    path("cases/<slug:slug>/<int:case>/<slug:name>/", cases.step, name="take_step"),
    path("passages/<int:passage>/proof.json", cases.proof, name="passage_proof"),
    *overlaps.urlpatterns,
    *filing.urlpatterns,
    *projects.urlpatterns,
    *intake.urlpatterns,
    *points.urlpatterns,
    *register.urlpatterns,
]
