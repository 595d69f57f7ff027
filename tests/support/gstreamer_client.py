"""A standard sender of another house, GStreamer's webrtcbin: WHIP with the relays of the answer to OPTIONS.

Run with the system's Python, which has GStreamer's bindings: `gstreamer_client.py ADDRESS TOKEN [relay]`. It says what
became of it, a line each, and deletes its connection when its input ends.
"""

import re
import sys
import threading
import urllib.parse
import urllib.request

import gi

for name in ("Gst", "GstWebRTC", "GstSdp"):
    gi.require_version(name, "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

PIPELINE = (
    "webrtcbin name=peer bundle-policy=max-bundle {policy} "
    "videotestsrc is-live=true pattern=ball ! video/x-raw,width=640,height=360,framerate=20/1 ! videoconvert ! "
    "vp8enc deadline=1 keyframe-max-dist=40 ! rtpvp8pay pt=96 picture-id-mode=15-bit ! "
    "application/x-rtp,media=video,encoding-name=VP8,payload=96 ! peer."
)


def ask(method, address, token, data=None):
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sdp"}
    request = urllib.request.Request(address, data=data, method=method, headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.headers, answer.read().decode()


def relays(headers):
    for link in headers.get_all("Link") or []:
        found = re.fullmatch(r'<(turns?):([^>]+)>; rel="ice-server"; username="([^"]+)"; credential="([^"]+)".*', link)
        scheme, host, *given = found.groups()
        yield f"{scheme}://{':'.join(urllib.parse.quote(one, safe='') for one in given)}@{host}"


def main(address, token, *more):
    Gst.init(None)
    loop = GLib.MainLoop()
    pipeline = Gst.parse_launch(PIPELINE.format(policy="ice-transport-policy=relay" if more else ""))
    peer = pipeline.get_by_name("peer")
    described, _ = ask("OPTIONS", address, token)
    for relay in relays(described):
        print("relay", peer.emit("add-turn-server", relay), flush=True)
    made = []

    def offered(promise):
        # Both are held: what the binding gives out belongs to them.
        reply = promise.get_reply()
        offer = reply.get_value("offer")
        headers, answer = ask("POST", address, token, offer.sdp.as_text().encode())
        peer.emit("set-local-description", offer, Gst.Promise.new())
        made.append(urllib.parse.urljoin(address, headers["Location"]))
        _, message = GstSdp.SDPMessage.new_from_text(answer)
        description = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, message)
        peer.emit("set-remote-description", description, Gst.Promise.new())

    def negotiate(_):
        peer.emit("create-offer", None, Gst.Promise.new_with_change_func(offered))

    def said(element, _):
        print("state", element.get_property("connection-state").value_nick, flush=True)

    peer.connect("on-negotiation-needed", negotiate)
    peer.connect("notify::connection-state", said)
    pipeline.set_state(Gst.State.PLAYING)
    threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
    loop.run()
    pipeline.set_state(Gst.State.NULL)
    for place in made:
        ask("DELETE", place, token)
    print("deleted", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
