"""Addresses of a study's pages."""

from __future__ import annotations

from django.urls import path

from tanheng.communities.sight import measured_pages, pages

urlpatterns = [
    path("studies/<slug:digest>/", pages.study, name="noise_study"),
    path("studies/<slug:digest>/layers.json", pages.layers, name="noise_layers"),
    path("studies/<slug:digest>/monitors.json", measured_pages.as_json, name="noise_study_monitors"),
    path("studies/<slug:digest>/monitors.csv", measured_pages.as_csv, name="noise_study_monitors_csv"),
    path("studies/<slug:digest>/levels.json", pages.levels, name="noise_levels"),
    path("studies/<slug:digest>/why/<int:receiver>/", pages.why, name="noise_why"),
    path("studies/<slug:digest>/drawing.svg", pages.drawing, name="noise_drawing"),
    path("studies/<slug:digest>/pictures/<slug:name>.json", pages.picture, name="noise_picture"),
    path("studies/<slug:digest>/pictures/<slug:name>.svg", pages.picture_drawing, name="noise_picture_drawing"),
]
