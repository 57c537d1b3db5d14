"""App configuration: site search and answers become consumers of the catalogue."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Site search and answers."""

    name = "search"
    label = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        """Register the consumers, and follow what is stored."""
        from hub.catalogue.consumers import register
        from search.consumers import PASSAGES, consumer_of, follow_passages, follower_of
        from search.engines.choosing import engines
        from search.engines.generations import POSTGRES
        from search.models import LexiconWord, SynonymGroup
        from search.reading import waking
        from search.words import note_change

        for engine in engines():
            register(consumer_of(engine.name), follower_of(engine), apart=engine.name != POSTGRES)
        register(PASSAGES, follow_passages)
        register(waking.CONSUMER, waking.follow_files)
        waking.connect()
        for model in (LexiconWord, SynonymGroup):
            post_save.connect(note_change, model, dispatch_uid=f"{model.__name__} saved")
            post_delete.connect(note_change, model, dispatch_uid=f"{model.__name__} deleted")
