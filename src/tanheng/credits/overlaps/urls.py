"""Addresses of ``tanheng.credits.overlaps``, below ``/credits/``."""

from __future__ import annotations

from django.urls import URLPattern, path

from tanheng.credits.overlaps import pages

urlpatterns: list[URLPattern] = [
    path("overlaps/", pages.overlaps, name="overlaps"),
    path("overlaps/<int:overlap>/", pages.overlap, name="overlap"),
    path("claims/", pages.claims, name="claims"),
    path("registries/", pages.registries, name="registries"),
    path("registries/new/", pages.new_registry_table, name="new_registry_table"),
    path("registries/<int:table>/", pages.registry_table, name="registry_table"),
]
