"""The form of a webhook."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from content.topics import topics_field
from hub.documents import UNLISTED
from hub.env import env
from hub.municipalities.models import Body
from hub.site.webhooks.models import Webhook
from hub.site.webhooks.services import MOST_PER_BODY
from theme.labels import KINDS_PLURAL

OWN, ALL = "own", "all"


class WebhookForm(forms.ModelForm[Webhook]):
    """Where messages go, and of what they tell. ``bodies`` are those the person may do this for."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("For your list, for example “Intranet”.")
    )
    url = forms.URLField(
        label=_("Address"),
        max_length=500,
        assume_scheme="https",
        help_text=_("Where the other system receives messages, for example https://intranet.example/hook."),
    )
    scope = forms.ChoiceField(
        label=_("Whose contributions"),
        choices=((ALL, _("Of all municipalities, of other instances too")), (OWN, _("Only our own"))),
        widget=forms.RadioSelect,
        initial=ALL,
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kinds"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: all."),
    )
    topics = topics_field(help_text=_("None ticked: all."))

    class Meta:
        model = Webhook
        fields = ("body", "name", "url", "kinds", "topics")

    def __init__(self, *args: Any, bodies: list[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        body = self.fields["body"]
        body.label = _("Municipality")
        body.queryset = Body.objects.filter(pk__in=[each.pk for each in bodies])  # type: ignore[attr-defined]
        if len(bodies) == 1:
            body.widget, body.initial = forms.HiddenInput(), bodies[0].pk
        if self.instance.pk and not self.instance._state.adding:
            del self.fields["body"]
            self.fields["scope"].initial = OWN if self.instance.publishers else ALL
        listed = [(kind, name) for kind, name in KINDS_PLURAL.items() if kind not in UNLISTED]
        self.fields["kinds"].choices = listed  # type: ignore[attr-defined]  # a choice field

    def clean_url(self) -> str:
        """Encrypted, without a password in it, and not this hub itself."""
        url: str = self.cleaned_data["url"]
        parts = urlsplit(url)
        try:
            port = parts.port or 80
        except ValueError as error:
            raise forms.ValidationError(
                _("There is no such port. Ports go from 1 to 65535; most addresses need none.")
            ) from error
        known = f"{parts.hostname}:{port}" in env.peer_addresses
        if parts.scheme != "https" and not known:
            raise forms.ValidationError(_("The address has to begin with https://."))
        if parts.username or parts.password:
            raise forms.ValidationError(
                _("The address holds a user name or password. Leave it out: messages are signed.")
            )
        if parts.hostname == env.host and parts.netloc == urlsplit(env.origin).netloc:
            raise forms.ValidationError(
                _("This is this instance itself. Enter the address of the other system.")
            )
        return url

    def clean(self) -> dict[str, Any]:
        """No body has more than some: each is told of everything."""
        cleaned: dict[str, Any] = super().clean() or {}
        body = cleaned.get("body")
        if body and Webhook.objects.filter(body=body).count() >= MOST_PER_BODY:
            raise forms.ValidationError(
                _("Your municipality has %(n)s webhooks already. Delete one that is not used any more."),
                params={"n": MOST_PER_BODY},
            )
        return cleaned

    def save(self, commit: bool = True) -> Webhook:
        """The webhook with its scope; unsaved ones are for :func:`services.begin`."""
        webhook = super().save(commit=False)
        webhook.publishers = [webhook.body_id] if self.cleaned_data["scope"] == OWN else []
        if commit:
            webhook.save()
        return webhook
