"""„Frage an die Community“: asking what no document answers, and making the answer one."""

from __future__ import annotations

import uuid
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hub.accounts.models import User
from hub.accounts.viewer import viewer_of
from hub.messages import services
from hub.messages.models import Delivery, Message, MessageType
from hub.messages.queries import find_thread, open_thread
from hub.messages.refusals import AlreadyOpen, Declined
from hub.site.messages.asking import contact_of, home_account
from hub.site.messages.forms import initial_words
from hub.site.messages.queries import bodies_of, last_words
from hub.site.questions.forms import LONGEST_QUESTION, QuestionForm
from hub.site.questions.publishing import begin_draft, draft_of, section_for
from hub.site.questions.recipients import Finder, Recipient
from search.answers.limiting import may_ask


class Asked:
    """One visit to the form: who asks what whom, and what is proposed."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        given = request.POST.get("question") if request.method == "POST" else request.GET.get("q")
        self.question = " ".join((given or "").replace("\x00", " ").split())[:LONGEST_QUESTION]
        self.bodies = bodies_of(request.user) if isinstance(request.user, User) else []
        self.home = home_account(request.user)
        # Operators write for all bodies of this hub, and still one of them may ask another.
        own = [] if request.user.is_superuser else [body.key for body in self.bodies]
        # Each proposal costs what an answer does, so both are counted together.
        text = self.question if self.question and may_ask(request) else ""
        self.finder = Finder(text, viewer_of(request), own)
        self.held: Message | None = None
        """What is open at whoever was chosen already."""

    @property
    def is_whole(self) -> bool:
        """Whether it is to be sent or looked through; before, nothing that is missing is a mistake."""
        return self.request.POST.get("action") in ("preview", "send")

    @property
    def address(self) -> str:
        """This page with the question, for whoever signs in first or asks at home."""
        text = urlencode({"q": self.question})
        return f"{reverse('site:community-question')}?{text}" if self.question else self.request.path

    @cached_property
    def recipient(self) -> Recipient | None:
        """Whoever was chosen, if they can be asked."""
        try:
            key = uuid.UUID(self.request.POST.get("to", ""))
        except ValueError:
            return None
        return self.finder.chosen(key)

    @cached_property
    def named(self) -> list[Recipient]:
        """Whom the directory finds by the name typed, and whoever was chosen before that nothing proposes."""
        text = " ".join(self.request.POST.get("name", "").replace("\x00", " ").split())[:100]
        found = self.finder.named(text) if text else []
        shown = {each.entry.pk for each in (*self.finder.bodies, *self.finder.groups, *found)}
        chosen = self.recipient
        return [*found, chosen] if chosen and chosen.entry.pk not in shown else found

    @cached_property
    def form(self) -> QuestionForm | None:
        """The form for those who write for a body."""
        if not self.bodies:
            return None
        if self.is_whole:
            return QuestionForm(self.bodies, self.request.POST)
        if self.request.method == "POST":
            return QuestionForm(self.bodies, initial=self.request.POST.dict())
        user, keys = self.request.user, [body.key for body in self.bodies]
        last = last_words(user, keys) if isinstance(user, User) else None
        words = initial_words(last or contact_of(keys[0]))
        return QuestionForm(self.bodies, initial={"question": self.question, **words})

    def is_valid(self) -> bool:
        """Whether all is there to be sent; whatever is not says so in the form."""
        form = self.form
        if form is None or not form.is_valid():
            return False
        if self.recipient is None:
            form.add_error("to", ValidationError(_("Please choose whom you ask.")))
            return False
        if form.sender.key in self.recipient.entry.publishers:
            form.add_error("to", ValidationError(_("A municipality does not ask itself.")))
            return False
        self.held = open_thread(form.sender.key, self.recipient.entry.object_id)
        if self.held:
            form.add_error(
                None, _("Your municipality has an open request there already. Please ask in it, or close it.")
            )
        return self.held is None

    def send(self) -> Message | None:
        """Begin the thread; None, with the reason in the form, if that cannot be."""
        form, recipient, user = self.form, self.recipient, self.request.user
        if form is None or recipient is None or not isinstance(user, User):
            return None  # is_valid was not asked
        try:
            return services.begin(
                MessageType.QUESTION, form.sender, recipient.entry, form.words(user.subject)
            )
        except AlreadyOpen as open_already:
            self.held = Message.objects.get(pk=open_already.thread)
            form.add_error(None, str(open_already))
        except Declined as declined:
            form.add_error(None, str(declined))
        return None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_community(request: HttpRequest) -> HttpResponse:
    """The form, then what will be sent and what is answered already, then the thread.

    Whoever cannot ask here sees who would be asked, and how to take part.
    """
    asked = Asked(request)
    if request.method == "POST" and not request.user.is_authenticated:
        return redirect_to_login(asked.address, reverse("account_login"))
    context: dict[str, Any] = {"asked": asked, "finder": asked.finder, "form": asked.form}
    if request.method != "POST":
        return render(request, "site/questions/ask.html", context)
    if asked.form is None:
        return render(request, "site/questions/ask.html", context, status=403)
    if asked.is_whole and asked.is_valid():
        if request.POST["action"] == "preview":
            return render(request, "site/questions/preview.html", context)
        if sent := asked.send():
            messages.success(request, _say_sent(sent))
            return redirect("site:thread", sent.pk)
    return render(request, "site/questions/ask.html", context)


@never_cache
@require_POST
@login_required
def begin_contribution(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Make the answered question a draft of the body that answered, and go on in the editor."""
    found, user = find_thread(key), request.user
    first = found.first if found and not found.first.destination else None
    if first is None or not isinstance(user, User):
        raise Http404
    if first.recipient not in [body.key for body in bodies_of(user)]:
        raise Http404
    section = section_for(user, first.recipient)
    if section is None:
        messages.error(request, _("You may not write in the section of your municipality yet."))
        return redirect("site:thread", key)
    is_new = draft_of(first) is None
    try:
        page = begin_draft(user, section, first, named="named" in request.POST)
    except Declined as declined:
        messages.error(request, str(declined))
        return redirect("site:thread", key)
    if is_new:
        messages.success(
            request,
            _(
                "The draft is made of question and answer. Greetings, addresses and telephone numbers are "
                "left out; please see that nothing else points to persons."
            ),
        )
    return redirect("wagtailadmin_pages:edit", page.pk)


def _say_sent(message: Message) -> str:
    if message.delivery == Delivery.QUEUED:
        return _("Your question is on its way. You see here when it has arrived; a mail tells of the answer.")
    return _("Your question has arrived. A mail tells you of the answer, which you then read here.")
