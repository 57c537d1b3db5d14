"""Addresses of this room, in the namespace of events."""

from __future__ import annotations

from django.urls import URLPattern, path

from events.office.views import asking, cancelling, entering, moving, overview, people, plan, settings

urlpatterns: list[URLPattern] = [
    path("<uuid:key>/tagung/", overview.show_office, name="office"),
    path("<uuid:key>/tagung/eroeffnen/", overview.open_office, name="office_open"),
    path("<uuid:key>/tagung/naechste/", overview.prepare_next, name="office_copy"),
    path("<uuid:key>/tagung/absage/", cancelling.cancel, name="office_cancel"),
    path("<uuid:key>/tagung/einstellungen/<slug:part>/", settings.edit_settings, name="office_settings"),
    path("<uuid:key>/tagung/abfragen/<slug:kind>/", asking.list_asked, name="office_asked"),
    path("<uuid:key>/tagung/abfragen/<slug:kind>/<int:pk>/", asking.edit_asked, name="office_asked_one"),
    path("<uuid:key>/tagung/raeume/", plan.list_rooms, name="office_rooms"),
    path("<uuid:key>/tagung/raeume/<uuid:room>/", plan.edit_room, name="office_room"),
    path("<uuid:key>/tagung/vorschlaege.csv", plan.download_proposals, name="office_proposals"),
    path("<uuid:key>/tagung/zeiten/", plan.list_bands, name="office_bands"),
    path("<uuid:key>/tagung/verschieben/", moving.move_plan, name="office_move"),
    path("<uuid:key>/tagung/gastgebende/", plan.list_hosts, name="office_hosts"),
    path("<uuid:key>/tagung/personen/", people.list_people, name="office_people"),
    path("<uuid:key>/tagung/personen/neu/", entering.enter_person, name="office_enter"),
    path("<uuid:key>/tagung/personen.csv", people.download_people, name="office_sheet"),
    path("<uuid:key>/tagung/personen/<uuid:person>/", people.show_person, name="office_person"),
    path("<uuid:key>/tagung/rundmail/", people.write_news, name="office_news"),
]
