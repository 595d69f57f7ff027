"""The route of the WebSocket."""

from __future__ import annotations

from aiohttp import web

from foundation.addresses import one_client
from signalling.transport.http.client_address import address_of
from signalling.transport.http.context import STRANGERS
from signalling.transport.http.reading import language_of, require_own_origin
from signalling.transport.websocket.client_connection import (
    HEARTBEAT_SECONDS,
    LARGEST_MESSAGE,
    ClientConnection,
    ConnectionParts,
)


async def open_socket(parts: ConnectionParts, request: web.Request) -> web.WebSocketResponse:
    """Takes a page in; only pages of this origin may, since browsers ask nobody before they connect."""
    require_own_origin(request)
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=LARGEST_MESSAGE, compress=False)
    await socket.prepare(request)
    connection = ClientConnection(parts, socket, language_of(request), address_of(request))
    strangers, client = request.app[STRANGERS], one_client(address_of(request))
    await connection.run()
    if not connection.person_id and strangers.count_refusal(client, "page_not_signed_in"):
        await strangers.hold(client)
    return socket
