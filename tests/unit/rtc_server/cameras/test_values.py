"""Addresses of cameras, and what is shown of them."""

from __future__ import annotations

import pytest

from rtc_server.cameras.values import Camera, CameraAddressInvalid


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("rtsp://10.0.0.7/live", "rtsp://10.0.0.7/live"),
        ("rtsps://viewer:se%40cret@cam.example:8554/a/b?c=d", "rtsps://cam.example:8554/a/b"),
        ("rtsp://viewer:a@b@10.0.0.7/live", "rtsp://10.0.0.7/live"),
        ("file:///srv/films/hall.mp4", "file:///srv/films/hall.mp4"),
        ("v4l2:/dev/video0", "v4l2:/dev/video0"),
        (
            "v4l2:/dev/v4l/by-id/usb-046d_HD_Pro_C920-video-index0",
            "v4l2:/dev/v4l/by-id/usb-046d_HD_Pro_C920-video-index0",
        ),
    ],
)
def test_the_place_tells_neither_name_nor_password(address: str, place: str) -> None:
    camera = Camera(id="hall", address=address)
    assert camera.place == place
    assert "cret" not in repr(camera)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://10.0.0.7/live",
        "rtsp://",
        "rtsp:///live",
        "rtsp://10.0.0.7:99999/live",
        "rtsp://10.0.0.7/li ve",
        "rtsp://10.0.0.7/live\nrtsp://other",
        "file://host/film.mp4",
        "file:///",
        "v4l2:/etc/passwd",
        "v4l2:/dev/../etc/passwd",
        "v4l2:/dev/",
        "v4l2:/dev/video0\n/dev/video1",
        "/dev/video0",
        "/etc/passwd",
        "concat:/etc/passwd",
        "rtsp://" + "a" * 600,
    ],
)
def test_what_is_no_address_of_a_camera_is_refused(address: str) -> None:
    with pytest.raises(CameraAddressInvalid):
        Camera(id="hall", address=address)
