"""Addresses of ``tanheng.credits.register``, below ``/credits/``."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from tanheng.credits.register import certificate_pages, form_pages, pages

urlpatterns: list[URLPattern] = [
    path("register/", pages.register, name="register"),
    path("register/units/<str:asset>/<int:first>/", pages.unit, name="unit"),
    path("register/units/<str:asset>/<int:first>-<int:last>/", pages.unit, name="units"),
    path("register/named/", form_pages.show_holder, name="show_holder"),
    path("retire/", form_pages.new_retirement, name="new_retirement"),
    path("certificates/<str:number>/", certificate_pages.certificate, name="certificate"),
    re_path(
        r"^certificates/(?P<number>[^/]+)/certificate-(?P<language>en|zh)\.pdf$",
        certificate_pages.certificate_paper,
        name="certificate_paper",
    ),
    path("certificates/<str:number>/qr.svg", certificate_pages.certificate_qr, name="certificate_qr"),
    path("certificates/<str:number>/proof.json", certificate_pages.certificate_proof, name="certificate_proof"),
    path(
        "certificates/<str:number>/transfer-proof.json",
        certificate_pages.certificate_transfer_proof,
        name="certificate_transfer_proof",
    ),
    path("statistics/", pages.statistics, name="statistics"),
    path("statistics/<slug:name>.json", pages.statistics_picture, name="statistics_picture"),
    path("statistics/<slug:name>.svg", pages.statistics_drawing, name="statistics_drawing"),
    path("neutrality/", pages.neutralities, name="neutralities"),
    path("neutrality/new/", form_pages.new_neutrality, name="new_neutrality"),
    path("neutrality/<int:case>/", pages.neutrality, name="neutrality"),
    path("offsets/", pages.offset_uses, name="offset_uses"),
    path("offsets/new/", form_pages.new_offset_use, name="new_offset_use"),
    path("offsets/<int:case>/", pages.offset_use, name="offset_use"),
]
