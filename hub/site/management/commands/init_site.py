"""``manage.py init_site``"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from content.services import keep_sections
from hub.env import env
from hub.municipalities.models import Body
from hub.municipalities.starter import apply_starter
from hub.site.services import open_body, open_site


class Command(BaseCommand):
    help = (
        "Set up the starter directory of bodies, the start page, the languages and the section of the body "
        "that runs this instance. Its name, kind and inhabitants are those of the directory unless given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", default="", help="name of the body")
        parser.add_argument("--kind", default="", choices=Body.Kind.values, help="what it is")
        parser.add_argument("--population", type=int, help="its inhabitants, for costs per inhabitant")

    def handle(self, *args: Any, **options: Any) -> None:
        if not env.body:
            raise CommandError("HUB_BODY is missing: set it to the key of your body, e.g. HUB_BODY=07111000")
        with translation.override(settings.LANGUAGE_CODE):
            apply_starter()
            home = open_site()
            page = open_body(home, env.body, options["name"], options["kind"], options["population"])
            keep_sections()
        self.stdout.write(f"{env.origin}/ and {env.origin}{page.url_path.removeprefix(home.url_path[:-1])}")
