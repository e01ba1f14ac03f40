"""Addresses of ``tanheng.credits.projects``, below ``/credits/``."""

from __future__ import annotations

from django.urls import URLPattern, path

from tanheng.credits.projects import pages

urlpatterns: list[URLPattern] = [
    path("projects/", pages.projects, name="projects"),
    path("projects/new/", pages.new_project, name="new_project"),
    path("projects/<int:project>/", pages.project, name="project"),
    path("projects/<int:project>/change/", pages.change_project, name="change_project"),
    path("projects/<int:project>/reports/new/", pages.new_report, name="new_report"),
    path("reports/", pages.reports, name="reports"),
    path("reports/<int:report>/", pages.report, name="report"),
    path("reports/<int:report>/values/", pages.report_values, name="report_values"),
    path("issuances/<int:issuance>/proof.json", pages.issuance_proof, name="issuance_proof"),
    path("corrections/<int:correction>/settle/", pages.settle_correction, name="settle_correction"),
    path("accreditations/", pages.accreditations, name="accreditations"),
    path("accreditations/new/", pages.new_accreditation, name="new_accreditation"),
    path("accreditations/<int:accreditation>/", pages.accreditation, name="accreditation"),
]
