"""Addresses of cases, below the root of the site."""

from __future__ import annotations

from django.urls import path

from tanheng.cases import pages

urlpatterns = [
    path("cases/<slug:slug>/", pages.workflow, name="workflow"),
    path("cases/<slug:slug>/<int:case>/<slug:name>/", pages.step, name="take_step"),
    path("passages/<int:passage>/proof.json", pages.proof, name="passage_proof"),
]
