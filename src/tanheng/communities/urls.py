"""Addresses of the quiet city, below ``/quiet/``."""

from __future__ import annotations

from django.urls import path, re_path

from tanheng.communities import monitor_pages, pages
from tanheng.communities.sight import urls as sight

urlpatterns = [
    path("", pages.front, name="quiet"),
    path("studies/", pages.studies, name="noise_studies"),
    path("studies/new/", pages.new_study, name="new_noise_study"),
    path("studies/<slug:digest>/show/", pages.show_study, name="show_noise_study"),
    *sight.urlpatterns,
    path("communities/", pages.communities, name="communities"),
    path("communities.csv", pages.communities_csv, name="communities_csv"),
    path("communities/import/", pages.import_communities, name="import_communities"),
    path("communities/reviews/", pages.community_reviews, name="community_reviews"),
    path("communities/new/", pages.new_community, name="new_community"),
    path("communities/<int:community>/", pages.community, name="community"),
    re_path(
        r"^communities/(?P<community>[0-9]{1,18})/report-(?P<language>en|zh)\.pdf$",
        pages.community_paper,
        name="community_paper",
    ),
    path("monitors/", monitor_pages.monitors, name="noise_monitors"),
    path("monitors/take-in/", monitor_pages.take_in_monitors, name="take_in_monitors"),
    path("monitors/<int:monitor>/", monitor_pages.monitor, name="noise_monitor"),
    path("monitors/<int:monitor>/hours.csv", monitor_pages.monitor_hours, name="noise_monitor_hours"),
    path("monitors/<int:monitor>/show/", monitor_pages.show_monitor, name="show_noise_monitor"),
    path("monitors/<int:monitor>/<slug:name>.json", monitor_pages.monitor_picture, name="noise_monitor_picture"),
    path("monitors/<int:monitor>/<slug:name>.svg", monitor_pages.monitor_drawing, name="noise_monitor_drawing"),
    path("complaints/", pages.complaints, name="complaints"),
    path("complaints.csv", pages.complaints_csv, name="complaints_csv"),
    path("complaints/places/", pages.complaint_places, name="complaint_places"),
    path("complaints/new/", pages.new_complaint, name="new_complaint"),
    path("complaints/of/<slug:word>/", pages.own_complaint, name="own_complaint"),
    path("complaints/<int:complaint>/", pages.complaint, name="complaint"),
]
