"""Words of Wagtail and wagtail-localize that this project says otherwise.

Wagtail speaks of moderation and workflows; people here hand in and approve. The catalogue of this app
comes before theirs, so its German stands for these messages; they are named here to be kept in it.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

REWORDED = (
    _("In Moderation"),
    _("in moderation"),
    _("live + in moderation"),
    _("Page '%(page_title)s' has been submitted for moderation."),
    _("Page '%(page_title)s' created and submitted for moderation."),
    _("Workflow on page '%(page_title)s' has been cancelled."),
    _("The page '%(page_title)s' is not currently awaiting moderation."),
    _("Dashboard"),
    _("Sync translated pages"),
    _("Sync translated snippets"),
    _("Sync translated %(model_name)s"),
    _("Synchronise content from another locale"),
)
