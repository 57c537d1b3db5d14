"""Addresses of this room, in the namespace of events."""

from __future__ import annotations

from django.urls import path

from events.proposing import host_views, review_views, views, voting_views

urlpatterns = [
    path("<uuid:key>/vorschlaege/", views.proposals, name="proposals"),
    path("<uuid:key>/nicht-ich/", views.forget_me, name="forget_me"),
    path("<uuid:key>/vorschlaege/neu/", views.propose, name="propose"),
    path("<uuid:key>/vorschlaege/pruefen/", review_views.review, name="review"),
    path("<uuid:key>/vorschlaege/pruefen/neu/", review_views.add_session, name="review_add"),
    path("<uuid:key>/vorschlaege/pruefen/gastgebende/", host_views.hosts, name="review_hosts"),
    path(
        "<uuid:key>/vorschlaege/pruefen/<uuid:session_id>/",
        review_views.review_session,
        name="review_session",
    ),
    path("<uuid:key>/vorschlaege/<uuid:session_id>/", views.proposal, name="proposal"),
    path("<uuid:key>/vorschlaege/<uuid:session_id>/ich-komme/", voting_views.interest, name="interest"),
    path("<uuid:key>/vorschlaege/<uuid:session_id>/stimme/", voting_views.vote, name="vote"),
    path("vorschlag/<uuid:session_id>/<str:token>/", views.proposal_link, name="proposal_link"),
]
