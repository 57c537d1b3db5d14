"""Who runs a session: as its proposal says, and as hosts of the plan once it is accepted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext

from events.models import Availability, Host, Person, Plan, Session, SessionHost
from events.models.session import OPEN
from events.proposing.identity import Identity, identify
from events.proposing.periods import remaining
from events.proposing.refusals import ProposalRefused


@dataclass(frozen=True)
class Credit:
    """One of those who run a session; ``person`` if they take part themselves.

    ``str()`` of it is public: without the name, unless they agree to it (``is_named``).
    """

    name: str
    affiliation: str = ""
    person: Person | None = None
    is_named: bool = True

    @property
    def identity(self) -> Identity:
        """By what they are known to be the same person elsewhere."""
        return identify(self.name, self.affiliation)

    def __str__(self) -> str:
        if not self.is_named:
            return self.affiliation or gettext("a participant")
        return ", ".join(filter(None, (self.name, self.affiliation)))


def list_credits(session: Session) -> list[Credit]:
    """Proposer and those beside them, of this proposal and of all that were merged into it, each once.

    Whoever does not agree to be named stands there by their town; who proposed several of them agreed for
    all (:func:`events.proposing.services.agree_on_names`). Who proposed one of them and was written down
    beside another stands there as they agreed to. Reads ``proposer`` and ``merged``.
    """
    found = [
        credit for each in (session, *session.merged.all()) for credit in _credits_of(each) if str(credit)
    ]
    taking_part = {credit.identity for credit in found if credit.person}
    once = [credit for credit in found if credit.person or credit.identity not in taking_part]
    return list({credit.person or credit.identity: credit for credit in once}.values())


def settle_hosts(session: Session, *, by_proposer: bool = False) -> None:
    """Make the hosts of an accepted session those its proposal names; the plan is locked.

    When the proposer can come is taken over for a new host, and when they said so anew (``by_proposer``).
    Raises :class:`ProposalRefused` if one of them runs another session at that time.
    """
    try:
        with transaction.atomic():
            named = {
                _find_host(session, credit, anew=by_proposer): credit.is_named
                for credit in list_credits(session)
            }
            SessionHost.objects.filter(session=session).exclude(host__in=named).delete()
            for position, (host, is_named) in enumerate(named.items()):
                SessionHost.objects.update_or_create(
                    session=session, host=host, defaults={"position": position, "is_named": is_named}
                )
    except IntegrityError as error:
        if "one_session_of_a_host" not in str(error):
            raise
        raise ProposalRefused(
            gettext("One of the hosts runs another session at the time this one is planned for.")
        ) from error
    forget_idle_hosts(session.plan)


def forget_idle_hosts(plan: Plan) -> None:
    """Hosts who run nothing any more are not kept."""
    Host.objects.filter(plan=plan, sessionhost__isnull=True).delete()


def _credits_of(session: Session) -> Iterator[Credit]:
    person = session.proposer
    if person is not None:
        yield Credit(person.name, person.affiliation, person, session.shows_name and bool(person.name))
    for line in session.co_hosts.splitlines():
        name, _, affiliation = line.partition(",")
        yield Credit(" ".join(name.split())[:200], " ".join(affiliation.split())[:200])


def _find_host(session: Session, credit: Credit, *, anew: bool) -> Host:
    """One person is one host, whether they proposed a session or were only written down by somebody else.

    Who takes part and proposed nothing is not looked for: anybody can register by the name of another. Nor
    does a proposer become whom organisers know by another address: if they are one, organisers say so.
    """
    plan, person = session.plan, credit.person
    same = [host for host in plan.hosts.order_by("pk") if _identify(host) == credit.identity]
    taking_part = [host for host in same if host.person_id]
    written = next((host for host in same if host.person_id is None), None)
    if person is None:
        known = taking_part[0] if len(taking_part) == 1 and not (written and written.email) else written
        return known or Host.objects.create(plan=plan, name=credit.name[:200], affiliation=credit.affiliation)
    if written and written.email.casefold() not in ("", person.email.casefold()):
        written = None
    host = plan.hosts.filter(person=person).first() or written or Host(plan=plan)
    is_new = host.person_id is None and not host.availabilities.exists()
    host.person, host.email = person, person.email
    host.name, host.affiliation = person.name[:200], person.affiliation
    host.save()
    if is_new or (anew and session.proposer_id == person.pk):
        _keep_away(host, plan)
    return host


def _identify(host: Host) -> Identity:
    return identify(host.name, host.affiliation)


def _keep_away(host: Host, plan: Plan) -> None:
    """When the host is there, by all their proposals that stand."""
    standing = Session.objects.filter(
        Q(state__in=OPEN) | Q(merged_into__isnull=False), plan=plan, proposer=host.person_id
    )
    away = {text for texts in standing.values_list("away", flat=True) for text in texts}
    host.availabilities.all().delete()
    if away:
        Availability.objects.bulk_create(
            Availability(host=host, during=part) for part in remaining(plan.desk, sorted(away))
        )
