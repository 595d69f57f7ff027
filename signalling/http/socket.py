"""The route of the WebSocket."""

from __future__ import annotations

from aiohttp import web

from foundation.addresses import one_client
from signalling.http.client_address import address_of
from signalling.http.endpoint import HOUSE, STRANGERS, language_of, require_own_origin
from signalling.websocket.client_connection import HEARTBEAT_SECONDS, LARGEST_MESSAGE, ClientConnection


async def open_socket(request: web.Request) -> web.WebSocketResponse:
    """Takes a page in; only pages of this origin may, since browsers ask nobody before they connect."""
    require_own_origin(request)
    socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=LARGEST_MESSAGE, compress=False)
    await socket.prepare(request)
    connection = ClientConnection(request.app[HOUSE], socket, language_of(request), address_of(request))
    strangers, client = request.app[STRANGERS], one_client(address_of(request))
    await connection.run()
    if not connection.staff_id and strangers.count_refusal(client, "page_not_signed_in"):
        await strangers.hold(client)
    return socket
