"""Addresses of ``tanheng.credits.filing``, below ``/credits/``."""

from __future__ import annotations

from django.urls import URLPattern, path

from tanheng.credits.filing import front, pages, scene_pages, trial_pages

urlpatterns: list[URLPattern] = [
    path("", front.credits, name="credits"),
    path("methodologies/", pages.methodologies, name="methodologies"),
    path("methodologies/new/", pages.new_methodology, name="new_methodology"),
    path("methodologies/trials/<int:trial>/", trial_pages.trial, name="methodology_trial"),
    path("methodologies/<int:methodology>/", pages.methodology, name="methodology"),
    path("methodologies/<int:methodology>/revise/", pages.revise, name="revise_methodology"),
    path("methodologies/<int:methodology>/opinion/", pages.opinion, name="give_opinion"),
    path("methodologies/<int:methodology>/comment/", pages.comment, name="comment_methodology"),
    path("methodologies/<int:methodology>/try/", trial_pages.try_out, name="try_methodology"),
    path("comments/<int:comment>/", pages.show_comment, name="show_comment"),
    path("scenes/", scene_pages.scenes, name="scenes"),
    path("scenes/new/", scene_pages.new_scene, name="new_scene"),
    path("scenes/<int:scene>/", scene_pages.scene, name="scene"),
]
