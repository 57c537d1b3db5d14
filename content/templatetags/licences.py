"""Filters for licences in documents: ``{% load licences %}``."""

from __future__ import annotations

from django import template

from content import licences

register = template.Library()

register.filter("licence_name", licences.licence_name)
register.filter("licence_url", licences.licence_url)
