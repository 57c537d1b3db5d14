"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class MunicipalitiesConfig(AppConfig):
    name = "hub.municipalities"
    label = "municipalities"
