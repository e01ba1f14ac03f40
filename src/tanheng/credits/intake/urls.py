"""Addresses of ``tanheng.credits.intake``, below ``/credits/``."""

from __future__ import annotations

from django.urls import URLPattern, path

from tanheng.credits.intake import pages

urlpatterns: list[URLPattern] = [
    path("applications/", pages.applications, name="applications"),
    path("applications/new/", pages.new_application, name="new_application"),
    path("applications/<int:application>/", pages.application, name="application"),
    path("applications/<int:application>/keys/", pages.application_keys, name="application_keys"),
    path("applications/<int:application>/keys/<int:key>/revoke/", pages.revoke_key, name="revoke_application_key"),
    path("applications/<int:application>/batches/<int:batch>/", pages.batch, name="application_batch"),
    path("workings/", pages.workings, name="workings_out"),
    path("workings/new/", pages.new_working, name="new_working_out"),
    path("workings/<int:working>/", pages.working, name="worked_out"),
    path("workings/<int:working>/why/", pages.why, name="worked_out_why"),
]
