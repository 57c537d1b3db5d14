"""The organisers' page of those who run sessions: who is one person, and where their mails go."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from events.desks import require_organiser
from events.models import EventDesk, Host
from events.proposing import host_merging
from events.proposing.refusals import ProposalRefused

CHOOSE = dict.fromkeys(("required", "invalid_choice"), gettext_lazy("Please choose somebody."))


class AddressForm(forms.Form):
    """Where mails to a host go who takes no part."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), required=False, max_length=254)

    def __init__(self, host: Host, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"email": host.email}, auto_id=f"id_{host.pk}_%s")
        self.host = host


class SameForm(forms.Form):
    """Two hosts who are one person."""

    one = forms.ChoiceField(label=gettext_lazy("This host"), error_messages=CHOOSE)
    other = forms.ChoiceField(label=gettext_lazy("is the same person as"), error_messages=CHOOSE)

    def __init__(self, hosts: list[Host], data: QueryDict | None = None) -> None:
        super().__init__(data)
        choices = [("", _("Please choose")), *((str(host.pk), str(host)) for host in hosts)]
        for name in ("one", "other"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hosts(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """All hosts. A POST with ``action``: ``merge``, or ``address`` with the ``host`` it is of."""
    desk = require_organiser(request, key)
    if isinstance(desk, HttpResponse):
        return desk
    found, status = list(host_merging.list_hosts(desk)), 200
    form = _bind(request, found) if request.method == "POST" else None
    if form is not None and form.is_valid():
        if _carry_out(request, desk, form):
            return redirect("events:review_hosts", key)
        status = 409
    typed = form.host.pk if isinstance(form, AddressForm) else None
    context = {
        "desk": desk,
        "event": desk.event,
        "key": key,
        "rows": [(host, form if host.pk == typed else AddressForm(host)) for host in found],
        "same": form if isinstance(form, SameForm) else SameForm(found),
        "form": form,
    }
    return render(request, "events/proposing/hosts.html", context, status=status)


def _bind(request: HttpRequest, found: list[Host]) -> AddressForm | SameForm:
    """What was sent. Raises ``Http404`` for anything else."""
    if request.POST.get("action") == "merge":
        return SameForm(found, request.POST)
    host = next((each for each in found if str(each.pk) == request.POST.get("host")), None)
    if host is None or request.POST.get("action") != "address":
        raise Http404
    return AddressForm(host, request.POST)


def _carry_out(request: HttpRequest, desk: EventDesk, form: AddressForm | SameForm) -> bool:
    """Whether it was done; else the form says why not."""
    typed = form.cleaned_data
    try:
        if isinstance(form, SameForm):
            host = host_merging.merge_hosts(desk, uuid.UUID(typed["one"]), uuid.UUID(typed["other"]))
            words = _("Both are one person now: “%(host)s”.")
        else:
            host = host_merging.set_address(desk, form.host.pk, typed["email"])
            words = _("Saved: the address of “%(host)s”.")
    except ProposalRefused as refused:
        form.add_error(None, str(refused))
        return False
    except Host.DoesNotExist:
        form.add_error(None, _("This host is not there any more. Please look again."))
        return False
    messages.success(request, words % {"host": host})
    return True
