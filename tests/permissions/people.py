"""Trying to join, to decide, to run a team, and to leave."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS

from hub.accounts import inviting
from hub.accounts.models import BodyDomain, Invitation, JoinRequest, RequestState, Role, User
from hub.accounts.roles import role_in, set_role
from hub.municipalities.models import Body
from tests.permissions.callers import DOMAIN
from tests.permissions.probes import granted, probe, refusal
from tests.permissions.table import Case
from tests.permissions.world import World
from tests.wire.foreign import KOBLENZ


def _body(world: World, case: Case) -> Body:
    return world.bodies[case.place]


def _team(world: World, case: Case) -> str:
    return f"/konto/team/{_body(world, case).pk}/"


def _person(world: World, case: Case, person: User | None = None) -> str:
    return f"{_team(world, case)}{(person or world.colleagues[case.place]).pk}/"


def _effect(response: Any, *, done: bool) -> str:
    """Whether it was done. A form that lacks something would pass for a refusal, so it must not."""
    refused = refusal(response)
    assert not (refused and done), "refused, and yet it was done"
    bound = response.context.get("bound") if response.context is not None else None
    assert bound is None or set(bound.errors) <= {NON_FIELD_ERRORS}, bound.errors
    return "ja" if done else refused or "nein"


def _press(world: World, caller: str, case: Case, **data: Any) -> Any:
    return world.people[caller].post(_person(world, case), data)


@probe("um Aufnahme bitten")
def ask(world: World, caller: str, case: Case) -> str:
    data = {"action": "ask", "body": KOBLENZ, "role": "author", "message": ""}
    response = world.people[caller].post("/konto/beitritt/", data)
    return _effect(response, done=JoinRequest.objects.filter(body=KOBLENZ).exists())


@probe("Anfrage in der Liste sehen")
def see_request(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].get("/konto/anfragen/")
    name = world.requests[case.place].user.first_name
    return refusal(response) or granted(really=name in response.content.decode())


@probe("Anfrage auf der persönlichen Seite sehen")
def see_request_at_home(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].get("/mein/")
    name = world.requests[case.place].user.first_name
    return refusal(response) or granted(really=name in response.content.decode())


@probe("Anfrage lesen")
def read_request(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].get(f"/konto/anfragen/{world.requests[case.place].pk}/")
    name = world.requests[case.place].user.first_name
    assert not (refusal(response) and name in response.content.decode())
    return refusal(response) or granted(really=name in response.content.decode())


@probe("Anfrage annehmen")
def approve(world: World, caller: str, case: Case) -> str:
    asked = world.requests[case.place]
    data = {"action": "approve", "role": "editor"}
    response = world.people[caller].post(f"/konto/anfragen/{asked.pk}/", data)
    return _effect(response, done=role_in(asked.user, asked.body) == Role.EDITOR)


@probe("Anfrage ablehnen")
def decline(world: World, caller: str, case: Case) -> str:
    asked = world.requests[case.place]
    data = {"action": "decline", "reason": "Nicht bekannt."}
    response = world.people[caller].post(f"/konto/anfragen/{asked.pk}/", data)
    state = JoinRequest.objects.get(pk=asked.pk).state
    return _effect(response, done=state == RequestState.DECLINED)


@probe("die eigene Anfrage annehmen")
def approve_own(world: World, caller: str, case: Case) -> str:
    user, body = world.people[caller].user, _body(world, case)
    pk = 0
    if user is not None:
        pk = JoinRequest.objects.create(user=user, body=body, role=Role.COORDINATOR, domain=DOMAIN).pk
    data = {"action": "approve", "role": "coordinator"}
    response = world.people[caller].post(f"/konto/anfragen/{pk}/", data)
    decided = JoinRequest.objects.filter(pk=pk, state=RequestState.APPROVED).exists()
    return _effect(response, done=decided)


@probe("Team in der Liste sehen")
def see_team(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].get("/konto/team/")
    page = response.content.decode()
    return refusal(response) or granted(really=_body(world, case).name in page)


@probe("Team ansehen")
def open_team(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].get(_team(world, case))
    name = world.colleagues[case.place].first_name
    return refusal(response) or granted(really=name in response.content.decode())


@probe("Person ansehen")
def open_person(world: World, caller: str, case: Case) -> str:
    response = world.people[caller].get(_person(world, case))
    name = world.colleagues[case.place].first_name
    return refusal(response) or granted(really=name in response.content.decode())


@probe("einladen")
def invite(world: World, caller: str, case: Case) -> str:
    data = {"action": "invite", "email": f"neu@{DOMAIN}", "role": "author"}
    response = world.people[caller].post(_team(world, case), data)
    return _effect(response, done=Invitation.objects.filter(email=data["email"]).exists())


@probe("Einladung widerrufen")
def revoke(world: World, caller: str, case: Case) -> str:
    held = world.invitations[case.place]
    response = world.people[caller].post(_team(world, case), {"action": "revoke", "invitation": held.pk})
    return _effect(response, done=Invitation.objects.get(pk=held.pk).revoked is not None)


@probe("Einladung noch einmal senden")
def resend(world: World, caller: str, case: Case) -> str:
    held = world.invitations[case.place]
    response = world.people[caller].post(_team(world, case), {"action": "resend", "invitation": held.pk})
    return _effect(response, done=Invitation.objects.get(pk=held.pk).expires > held.expires)


@probe("Einladung der anderen Kommune widerrufen")
def revoke_across(world: World, caller: str, case: Case) -> str:
    """The address of the own team with the number of the other's invitation."""
    held = world.invitations["B" if case.place == "A" else "A"]
    response = world.people[caller].post(_team(world, case), {"action": "revoke", "invitation": held.pk})
    return _effect(response, done=Invitation.objects.get(pk=held.pk).revoked is not None)


@probe("Person der anderen Kommune ändern")
def change_across(world: World, caller: str, case: Case) -> str:
    """The address of the own team with the number of the other's colleague."""
    other = "B" if case.place == "A" else "A"
    person, body = world.colleagues[other], world.bodies[other]
    data = {"action": "role", "role": "coordinator"}
    response = world.people[caller].post(_person(world, case, person), data)
    return _effect(response, done=role_in(person, body) == Role.COORDINATOR)


@probe("die eigene Einladung annehmen")
def accept_own(world: World, caller: str, case: Case) -> str:
    user = world.people[caller].user
    email = (user.email if user else None) or f"niemand@{DOMAIN}"
    return _accept(world, caller, email, user)


@probe("die Einladung einer anderen Person annehmen")
def accept_foreign(world: World, caller: str, case: Case) -> str:
    return _accept(world, caller, f"jemand-anderes@{DOMAIN}", world.people[caller].user)


def _accept(world: World, caller: str, email: str, user: User | None) -> str:
    body = Body.objects.get(pk=KOBLENZ)
    held = Invitation.objects.create(
        email=email,
        body=body,
        role=Role.AUTHOR,
        invited_by=world.people["Betrieb"].user,
        expires=world.invitations["A"].expires,
    )
    response = world.people[caller].post(f"/konto/einladung/{inviting.write_token(held)}/")
    return _effect(response, done=user is not None and role_in(user, body) is not None)


@probe("Rolle ändern")
def change_role(world: World, caller: str, case: Case) -> str:
    response = _press(world, caller, case, action="role", role="coordinator")
    held = role_in(world.colleagues[case.place], _body(world, case))
    return _effect(response, done=held == Role.COORDINATOR)


@probe("sich selbst eine höhere Rolle geben")
def raise_oneself(world: World, caller: str, case: Case) -> str:
    user, body = world.people[caller].user, _body(world, case)
    before = role_in(user, body) if user else None
    pk = user.pk if user else 0
    address = f"{_team(world, case)}{pk}/"
    response = world.people[caller].post(address, {"action": "role", "role": "coordinator"})
    raised = user is not None and role_in(user, body) != before
    return _effect(response, done=raised)


@probe("aus der Kommune entfernen")
def remove(world: World, caller: str, case: Case) -> str:
    heir = world.people["Redaktion" if case.place == "A" else "andere"].user
    assert heir is not None
    response = _press(world, caller, case, action="remove", heir=heir.pk, sure="on")
    return _effect(response, done=role_in(world.colleagues[case.place], _body(world, case)) is None)


@probe("zweiten Faktor zurücksetzen")
def reset(world: World, caller: str, case: Case) -> str:
    return _reset(world, caller, case, world.colleagues[case.place])


@probe("zweiten Faktor einer Koordination zurücksetzen")
def reset_coordinator(world: World, caller: str, case: Case) -> str:
    person = world.colleagues[case.place]
    set_role(person, _body(world, case), Role.COORDINATOR)
    return _reset(world, caller, case, person)


def _reset(world: World, caller: str, case: Case, person: User) -> str:
    person.authenticator_set.create(type="totp", data={"secret": "x"})
    response = world.people[caller].post(_person(world, case, person), {"action": "reset", "spoken": "on"})
    return _effect(response, done=not person.authenticator_set.exists())


@probe("Konto sperren")
def lock(world: World, caller: str, case: Case) -> str:
    response = _press(world, caller, case, action="lock", reason="Verlorenes Gerät", lock="on")
    return _effect(response, done=not User.objects.get(pk=world.colleagues[case.place].pk).is_active)


@probe("Konto entsperren")
def unlock(world: World, caller: str, case: Case) -> str:
    User.objects.filter(pk=world.colleagues[case.place].pk).update(is_active=False)
    response = _press(world, caller, case, action="unlock")
    return _effect(response, done=User.objects.get(pk=world.colleagues[case.place].pk).is_active)


@probe("Mail-Domain hinzufügen")
def add_domain(world: World, caller: str, case: Case) -> str:
    data = {"action": "add_domain", "domain": "neu.demo.example"}
    response = world.people[caller].post(_team(world, case), data)
    return _effect(response, done=BodyDomain.objects.filter(domain=data["domain"]).exists())


@probe("Mail-Domain entfernen")
def remove_domain(world: World, caller: str, case: Case) -> str:
    domain = f"{case.place.lower()}.{DOMAIN}"
    data = {"action": "remove_domain", "domain": domain}
    response = world.people[caller].post(_team(world, case), data)
    return _effect(response, done=not BodyDomain.objects.filter(domain=domain).exists())


@probe("austreten")
def leave(world: World, caller: str, case: Case) -> str:
    user, body = world.people[caller].user, _body(world, case)
    if role_in(user, body) == Role.COORDINATOR if user else False:
        set_role(world.colleagues[case.place], body, Role.COORDINATOR)  # somebody has to stay
    before = role_in(user, body) if user else None
    data = {"heir": world.colleagues[case.place].pk}
    response = world.people[caller].post(f"/konto/austritt/{body.pk}/", data)
    left = before is not None and user is not None and role_in(user, body) is None
    return _effect(response, done=left)


@probe("eigene Anfrage zurückziehen")
def withdraw(world: World, caller: str, case: Case) -> str:
    user = world.people[caller].user
    body = Body.objects.get(pk=KOBLENZ)
    pk = JoinRequest.objects.create(user=user, body=body, domain=DOMAIN).pk if user else 0
    return _withdraw(world, caller, pk)


@probe("fremde Anfrage zurückziehen")
def withdraw_foreign(world: World, caller: str, case: Case) -> str:
    return _withdraw(world, caller, world.requests["A"].pk)


def _withdraw(world: World, caller: str, pk: int) -> str:
    response = world.people[caller].post("/konto/beitritt/", {"action": "withdraw", "request": pk})
    return _effect(response, done=JoinRequest.objects.filter(pk=pk, state=RequestState.WITHDRAWN).exists())
