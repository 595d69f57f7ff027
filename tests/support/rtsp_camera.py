"""A camera of another house: GStreamer's RTSP server with a moving ball, run with the system's Python.

`rtsp_camera.py [NAME=VALUE …]`: `codec` h264, h265 or jpeg; `profile` of H.264; `gop` pictures from key frame to key
frame; `bframes`; `sets` -1 sends the parameter sets with each key frame, 0 in the description alone; `rate` pictures a
second; `size` WIDTHxHEIGHT; `password` asks for the name `viewer` with it; `port`.
Says `port N`, then `clients N` whenever somebody comes or goes. Ends with its input.
"""

import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

DEFAULTS = {
    "codec": "h264",
    "profile": "high",
    "gop": "25",
    "bframes": "0",
    "rate": "25",
    "size": "640x360",
    "password": "",
    "port": "0",
    "sets": "0",
}
ENCODERS = {
    "h264": "x264enc speed-preset=veryfast sync-lookahead=0 rc-lookahead=0 threads=1 bitrate=800 "
    "key-int-max={gop} bframes={bframes} "
    "! video/x-h264,profile={profile} ! rtph264pay name=pay0 pt=96 config-interval={sets}",
    "h265": "x265enc tune=zerolatency speed-preset=ultrafast ! rtph265pay name=pay0 pt=96",
    "jpeg": "jpegenc ! rtpjpegpay name=pay0 pt=26",
}


def pipeline(options):
    width, height = options["size"].split("x")
    encoder = ENCODERS[options["codec"]].format(**options)
    source = f"video/x-raw,format=I420,width={width},height={height},framerate={options['rate']}/1"
    return f"( videotestsrc is-live=true pattern=ball ! {source} ! {encoder} )"


def protect(server, password):
    authentication = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    basic = GstRtspServer.RTSPAuth.make_basic("viewer", password)
    authentication.add_basic(basic, token)
    server.set_auth(authentication)


def main(*given):
    options = DEFAULTS | dict(one.split("=", 1) for one in given)
    Gst.init(None)
    loop = GLib.MainLoop()
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(options["port"])
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(pipeline(options))
    factory.set_shared(True)
    if options["password"]:
        protect(server, options["password"])
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role("viewer", "media.factory.access", True)
        permissions.add_permission_for_role("viewer", "media.factory.construct", True)
        factory.set_permissions(permissions)
    server.get_mount_points().add_factory("/live", factory)
    clients = []

    def say():
        print("clients", len(clients), flush=True)

    def left(client):
        clients.remove(client)
        say()

    def came(_server, client):
        clients.append(client)
        client.connect("closed", left)
        say()

    server.connect("client-connected", came)
    server.attach(None)
    print("port", server.get_bound_port(), flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), loop.quit()), daemon=True).start()
    loop.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
