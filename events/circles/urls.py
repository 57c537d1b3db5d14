"""Addresses of focus groups' workspaces, in the namespace of events."""

from __future__ import annotations

from django.urls import include, path

from events.circles import feed
from events.circles.views import editing, meetings, members, minutes, work, year

_date = "termine/<int:series>/<slug:stamp>/"
_circle = [
    path("", year.show_year, name="circle"),
    path("mitmachen/", year.join, name="circle_join"),
    path("verlassen/", year.leave, name="circle_leave"),
    path("mitglieder/", members.show_members, name="circle_members"),
    path(_date, meetings.show_meeting, name="circle_meeting"),
    path(_date + "protokoll/", minutes.show_minutes, name="circle_minutes"),
    path(_date + "protokoll/stand.json", minutes.show_minutes_state, name="circle_minutes_state"),
    path(_date + "protokoll/verlauf/", minutes.show_minutes_history, name="circle_minutes_history"),
    path(_date + "tagesordnung/<int:item>/", editing.edit_item, name="circle_item"),
    path("beschluesse/", work.show_log, name="circle_log"),
    path("fragen/", work.show_questions, name="circle_questions"),
    path("fragen/<int:question>/", editing.edit_question, name="circle_question"),
    path("aufgaben/", work.show_tasks, name="circle_tasks"),
    path("aufgaben/<int:task>/", editing.edit_task, name="circle_task"),
    path("leitung/eroeffnen/", year.open_workspace, name="circle_open"),
    path("leitung/mitglieder/", members.change_member, name="circle_member_change"),
    path("leitung/termine/", meetings.begin, name="circle_begin"),
    path("leitung/" + _date, meetings.change, name="circle_change"),
    path("leitung/" + _date + "absagen/", meetings.cancel, name="circle_cancel"),
    path("leitung/" + _date + "folgende/", meetings.change_following, name="circle_following"),
    path("leitung/" + _date + "protokoll/", minutes.publish, name="circle_minutes_publish"),
    path("leitung/uebernehmen/", work.publish, name="circle_publish"),
]
urlpatterns = [
    path("kalender/meine/gruppe/<str:token>.ics", feed.show_calendar, name="circle_calendar"),
    path("fokusgruppen/<uuid:key>/", include(_circle)),
]
