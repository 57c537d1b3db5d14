"""The protocol: what the package ``mcp`` asks of us, for one request of one caller."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

import mcp_types as types
import structlog
from asgiref.sync import sync_to_async
from django.http import HttpRequest
from django.utils.translation import gettext as _
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

from hub.catalogue.models import CatalogueEntry
from hub.env import env
from hub.site.api.asking import TooMany
from hub.site.api.records import read_document
from hub.site.mcp.reading import Missing, cut, find_record, plain_text
from hub.site.mcp.tools import FAILED, TOOLS, TRUST, WAIT, Tool, ToolRefused, call
from hub.site.queries import latest_contributions
from hub.site.tokens.callers import Caller
from search.answers.limiting import may_ask

logger = structlog.get_logger("hub.mcp")

VERSION = "1"
LISTED = 20
"""Records that are listed as resources: the newest. All others are read by their permanent identity."""

PLAIN = "text/plain"

P = ParamSpec("P")
T = TypeVar("T")

Context = Any
"""What the package hands over with each message; nothing of it is needed here."""


@dataclass(frozen=True)
class Desk:
    """Answers the messages of one request; tools run in the thread of that request, with its database."""

    request: HttpRequest
    caller: Caller

    def open(self) -> Server[Any]:
        """The server for it."""
        return Server(
            "wissenshub",
            version=VERSION,
            title=f"Wissenshub {env.name}",
            instructions=f"{_instructions()} {TRUST}",
            website_url=env.origin,
            on_list_tools=self._list_tools,
            on_call_tool=self._call_tool,
            on_list_resources=self._list_resources,
            on_list_resource_templates=self._list_templates,
            on_read_resource=self._read_resource,
        )

    async def _list_tools(self, ctx: Context, params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_describe(tool) for tool in TOOLS.values()])

    async def _call_tool(self, ctx: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = TOOLS.get(params.name)
        if tool is None:
            raise MCPError(types.INVALID_PARAMS, _("There is no such tool."))
        try:
            result = await sync_to_async(call)(self.request, self.caller, tool, params.arguments or {})
        except ToolRefused as refused:
            return types.CallToolResult(content=[types.TextContent(text=str(refused))], is_error=True)
        told = result.model_dump(mode="json")
        text = types.TextContent(text=json.dumps(told, ensure_ascii=False))
        return types.CallToolResult(content=[text], structured_content=told)

    async def _list_resources(self, ctx: Context, params: Any) -> types.ListResourcesResult:
        found = await _reach(self._newest)
        listed = [
            types.Resource(
                name=str(entry.uuid),
                title=entry.title,
                uri=f"{env.origin}/id/{entry.uuid}",
                description=entry.summary,
                mime_type=PLAIN,
            )
            for entry in found
        ]
        return types.ListResourcesResult(resources=listed)

    async def _list_templates(self, ctx: Context, params: Any) -> types.ListResourceTemplatesResult:
        template = types.ResourceTemplate(
            name="record",
            title=_("A record by its uuid"),
            uri_template=f"{env.origin}/id/{{uuid}}",
            mime_type=PLAIN,
        )
        return types.ListResourceTemplatesResult(resource_templates=[template])

    async def _read_resource(
        self, ctx: Context, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        text = await _reach(self._read, str(params.uri))
        held = types.TextResourceContents(uri=params.uri, mime_type=PLAIN, text=text)
        return types.ReadResourceResult(contents=[held])

    def _newest(self) -> list[CatalogueEntry]:
        """What is listed. Raises :class:`TooMany`."""
        self._count()
        return latest_contributions(self.caller.viewer, LISTED)

    def _read(self, uri: str) -> str:
        """The first piece of a record. Raises :class:`Missing` and :class:`TooMany`."""
        self._count()
        if not uri.startswith(f"{env.origin}/id/"):
            raise Missing(_("There is no such resource."))
        entry = find_record(uri, self.caller)
        document = read_document(entry)
        if document is None:
            raise Missing(_("This record needs newer software than this hub has."))
        source = f"{env.origin}{entry.get_absolute_url()}"
        return f"{source}\n\n{cut(plain_text(document.text()), 0)}"

    def _count(self) -> None:
        if not may_ask(self.request, self.caller.person):
            raise TooMany


async def _reach(read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What ``read`` finds in the thread of the request; of what fails within nothing is told."""
    try:
        return await sync_to_async(read)(*args, **kwargs)
    except Missing as missing:
        raise MCPError(types.INVALID_PARAMS, str(missing)) from None
    except TooMany:
        raise MCPError(types.INVALID_REQUEST, str(WAIT)) from None
    except Exception:
        logger.exception("a resource failed")
        raise MCPError(types.INTERNAL_ERROR, str(FAILED)) from None


def _describe(tool: Tool) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=str(tool.title),
        description=tool.description,
        input_schema=tool.input_schema,
        output_schema=tool.output_schema,
        annotations=types.ToolAnnotations(
            title=str(tool.title), read_only_hint=True, idempotent_hint=True, open_world_hint=False
        ),
    )


def _instructions() -> str:
    return _(
        "Wissenshub %(name)s: what German municipalities have tried, built and learned, for reuse by others. "
        "First ask with the user's question; if that gives too little, search, then read."
    ) % {"name": env.name}
