"""How a session and its way are put into words."""

from __future__ import annotations

import ipaddress

from django import template
from django.template import Context
from django.utils.translation import gettext

from hub.accounts.second_factor import WANTED

register = template.Library()

# First match counts: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "FxiOS": "Firefox",
    "Chrome/": "Chrome",
    "CriOS": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "Windows": "Windows",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Mac OS": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


@register.filter
def device(user_agent: str) -> str:
    """Browser and system of a ``User-Agent``: "Firefox on Windows"."""
    browser = next((name for sign, name in BROWSERS.items() if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS.items() if sign in user_agent), "")
    if browser and system:
        return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or gettext("Unknown device")


@register.filter
def place(address: str) -> str:
    """An IP address, shortened to its network: recognisable, and no more than that."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if parsed.is_loopback:
        return gettext("this server")
    length, places = (24, 3) if parsed.version == 4 else (48, 3)
    network = ipaddress.ip_network(f"{parsed}/{length}", strict=False)
    if parsed.version == 4:
        return ".".join(str(network.network_address).split(".")[:places]) + ".…"
    return ":".join(network.network_address.exploded.split(":")[:places]) + ":…"


@register.simple_tag(takes_context=True)
def wanted_address(context: Context) -> str:
    """Where somebody was on the way to when the second factor was found missing; empty otherwise."""
    return str(context["request"].session.get(WANTED, ""))
