"""What one chooses for a digest, and the address it goes to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from content.topics import topics_field
from hub.municipalities.models import Body
from hub.municipalities.queries import search_bodies
from hub.site.digest.models import Rhythm
from hub.site.digest.wishes import KINDS, MOST, Wish
from hub.site.listing.filters import BODY, KIND, REGION, TOPIC
from hub.site.personal.queries import regions
from theme.topics import read_vocabulary

FOUND = 10
"""Bodies shown of those a search finds."""

Choices = list[tuple[Any, Any]]


class Ticks(forms.MultipleChoiceField):
    """Boxes to tick, at most :data:`MOST` of them, all together or none meaning everything."""

    widget = forms.CheckboxSelectMultiple

    def validate(self, value: list[str]) -> None:
        """Refuse what is not offered, and too many."""
        super().validate(value)
        if len(value) > MOST:
            raise forms.ValidationError(
                gettext("Please choose at most %(most)s, or none at all to get everything.") % {"most": MOST}
            )


class WishForm(forms.Form):
    """Topics, regions, kinds, rhythm, language. Other bodies than districts are looked for by name."""

    topics = topics_field()
    search = forms.CharField(
        label=_("Look for a municipality"),
        help_text=_("Name, Verbandsgemeinde, district or postcode"),
        required=False,
        max_length=100,
    )
    bodies = Ticks(label=_("Municipalities"), required=False)
    regions = Ticks(label=_("Districts and independent cities"), required=False)
    kinds = Ticks(label=_("Kinds of contributions"), required=False, choices=lambda: list(KINDS.items()))
    rhythm = forms.ChoiceField(
        label=_("How often?"), choices=Rhythm.choices, initial=Rhythm.WEEKLY, widget=forms.RadioSelect
    )
    language = forms.ChoiceField(
        label=_("Language of the mails"), choices=settings.INTERFACE_LANGUAGES, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {body.pk: body for body in regions()}
        wanted = [*self._given("bodies"), *self._given("regions")]
        self.sought = " ".join(str(self._first("search")).replace("\x00", "").split())[:100]
        self.found = list(search_bodies(self.sought)[:FOUND]) if self.sought else []
        named = Body.objects.select_related("district").filter(pk__in=wanted).exclude(pk__in=offered)
        others = {body.pk: body for body in (*named, *self.found)}
        self._offer("regions", [(body.pk, body.name) for body in offered.values()])
        self._offer("bodies", [(body.pk, _describe(body)) for body in others.values()])
        self.fields["language"].initial = get_language()

    @property
    def found_nothing(self) -> bool:
        """Whether there was a search and no body answers to it."""
        return bool(self.sought) and not self.found

    @property
    def has_regions(self) -> bool:
        """Whether a district is ticked, so that the list of them has to be open."""
        offered = {key for key, _name in self.fields["regions"].choices}  # type: ignore[attr-defined]
        return bool(offered.intersection(self._given("regions"))) or bool(self["regions"].errors)

    def clean_topics(self) -> list[str]:
        """As many as the list of contributions takes."""
        chosen: list[str] = self.cleaned_data["topics"]
        if len(chosen) > MOST:
            raise forms.ValidationError(
                gettext("Please choose at most %(most)s, or none at all to get everything.") % {"most": MOST}
            )
        return chosen

    def clean(self) -> dict[str, Any]:
        """Districts and other bodies together are not more than one filter takes."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if len(data.get("regions", [])) + len(data.get("bodies", [])) > MOST:
            words = gettext("Please choose at most %(most)s, or none at all to get everything.")
            self.add_error("regions", words % {"most": MOST})
        return data

    @property
    def wish(self) -> Wish:
        """What was chosen; only of a valid form."""
        data = self.cleaned_data
        return Wish(
            topics=tuple(data["topics"]),
            regions=tuple(dict.fromkeys([*data["regions"], *data["bodies"]])),
            kinds=tuple(data["kinds"]),
            rhythm=data["rhythm"],
            language=data["language"],
        )

    def _offer(self, name: str, choices: Choices) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]  # a ChoiceField

    def _given(self, name: str) -> list[str]:
        """What was sent or is ticked beforehand, without what no key can be."""
        if isinstance(self.data, QueryDict) and self.is_bound:
            given: Iterable[str] = self.data.getlist(name)
        else:
            given = (self.data if self.is_bound else self.initial).get(name) or []
        return [value for value in given if value.isprintable()][: 2 * MOST]

    def _first(self, name: str) -> str:
        return (self.data if self.is_bound else self.initial).get(name) or ""


class SubscribeForm(WishForm):
    """A wish and the address."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("For example digital@example-town.de. A shared mailbox works as well."),
        error_messages={
            "required": _("Please enter the address the digest is to go to."),
            "invalid": _("This is no e-mail address. It looks like digital@example-town.de."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    field_order = ("email",)


def initial_of_list(params: QueryDict) -> dict[str, Any]:
    """What is ticked beforehand for whoever comes from a filtered list, whose parameters these are."""
    cleaned = {each.name: each.clean(params.getlist(each.name)) for each in (TOPIC, KIND, REGION, BODY)}
    known = set(read_vocabulary().names)
    keys = [*cleaned[REGION.name], *cleaned[BODY.name]]
    return {
        "topics": [code for code in read_vocabulary().current(cleaned[TOPIC.name]) if code in known],
        "kinds": [kind for kind in cleaned[KIND.name] if kind in KINDS],
        "regions": keys,
        "bodies": keys,
    }


def initial_of_wish(wish: Wish) -> dict[str, Any]:
    """A form that shows this wish."""
    return {
        "topics": list(wish.topics),
        "kinds": list(wish.kinds),
        "regions": list(wish.regions),
        "bodies": list(wish.regions),
        "rhythm": wish.rhythm,
        "language": wish.language,
    }


def _describe(body: Body) -> str:
    """A name with what tells it from others of the same name."""
    more = [str(body.get_kind_display()), *([body.district.name] if body.district else [])]
    return f"{body.name} ({', '.join(more)})"
