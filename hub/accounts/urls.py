"""Addresses of joining, inviting and deciding; signing in is allauth's."""

from __future__ import annotations

from django.urls import path, re_path

from hub.accounts.lost_factor import lost_factor
from hub.accounts.sessions import sessions
from hub.accounts.unsent import send_again
from hub.accounts.views.confirming import set_password, sign_in_again
from hub.accounts.views.deciding import one_request, queue
from hub.accounts.views.invitation import invitation
from hub.accounts.views.join import join, leave
from hub.accounts.views.person import person
from hub.accounts.views.recovery import RecoveryCodesFile
from hub.accounts.views.team import team, teams
from hub.accounts.views.verifying import ConfirmAddress, verification_sent

app_name = "accounts"

urlpatterns = [
    # In the place of allauth's, which keeps the names of these addresses.
    path("confirm-email/", verification_sent, name="verification-sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", ConfirmAddress.as_view(), name="confirm-address"),
    path("2fa/recovery-codes/download/", RecoveryCodesFile.as_view(), name="recovery-codes-file"),
    path("2fa/verloren/", lost_factor, name="lost-factor"),
    # In the place of allauth's list, which takes three queries for each session.
    path("sessions/", sessions, name="sessions"),
    path("noch-einmal/", send_again, name="send-again"),
    path("erneut/", sign_in_again, name="sign-in-again"),
    path("password/set/", set_password, name="set-password"),
    path("beitritt/", join, name="join"),
    path("austritt/<str:key>/", leave, name="leave"),
    path("anfragen/", queue, name="requests"),
    path("anfragen/<int:pk>/", one_request, name="request"),
    path("team/", teams, name="teams"),
    path("team/<str:key>/", team, name="team"),
    path("team/<str:key>/<int:pk>/", person, name="person"),
    path("einladung/<str:token>/", invitation, name="invitation"),
]
