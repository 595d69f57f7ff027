#!/usr/bin/env bash
# Installs the programs that the tests drive, where it may; says what is missing where it may not.
set -euo pipefail

declare -A package=(
  [chromium]=chromium [redis-server]=redis-server [ffprobe]=ffmpeg [pdfsig]=poppler-utils [janus]=janus
  [turnserver]=coturn [gcc]=gcc [firefox-esr]=firefox-esr
)
missing=()
for program in "${!package[@]}"; do
  command -v "$program" >/dev/null || missing+=("${package[$program]}")
done
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
ls /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc >/dev/null 2>&1 || missing+=(fonts-noto-cjk)
# A sender of another house: GStreamer's webrtcbin, driven from the system's Python.
ls /usr/lib/*/girepository-1.0/GstWebRTC-1.0.typelib /usr/lib/*/gstreamer-1.0/libgstnice.so \
  /usr/lib/python3/dist-packages/gi/overrides/Gst.py /usr/lib/*/gstreamer-1.0/libgstvpx.so >/dev/null 2>&1 ||
  missing+=(python3-gst-1.0 gir1.2-gst-plugins-bad-1.0 gstreamer1.0-plugins-{base,good,bad} gstreamer1.0-nice)
# A camera of another house: GStreamer's RTSP server.
ls /usr/lib/*/girepository-1.0/GstRtspServer-1.0.typelib /usr/lib/*/gstreamer-1.0/libgstx264.so >/dev/null 2>&1 ||
  missing+=(gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-{base,good,ugly})
# A USB camera's driver is played by a library made from C.
ls /usr/include/linux/videodev2.h >/dev/null 2>&1 || missing+=(libc6-dev)
# The path of packets is compiled against Python's own headers.
headers=$("${PYTHON:-python3}" -c 'import sysconfig; print(sysconfig.get_path("include"))')
[ -e "$headers/Python.h" ] || missing+=(python3-dev)
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing for the tests: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "Missing on this machine: ${missing[*]}. The tests that need them will fail; install them with your package manager."
fi
