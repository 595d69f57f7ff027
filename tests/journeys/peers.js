// Keeps the page's peer connections, to ask them what they send and get.
const Peer = window.RTCPeerConnection
const peers = []
window.RTCPeerConnection = class extends Peer {
  constructor(...rest) {
    super(...rest)
    peers.push(this)
  }
}
window.cwPeers = {
  // What goes out of pictures: frames by the name of the size, "" for a line with a single one.
  async sent() {
    const found = {}
    for (const peer of peers.filter((one) => one.connectionState !== "closed"))
      for (const one of (await peer.getStats()).values())
        if (one.type === "outbound-rtp" && one.kind === "video" && one.framesSent)
          found[one.rid ?? ""] = { frames: one.framesSent, width: one.frameWidth, limit: one.qualityLimitationReason }
    return found
  },

  // Frames that came, by the stream that shows them.
  async got() {
    const found = {}
    for (const peer of peers.filter((one) => one.connectionState !== "closed"))
      for (const one of (await peer.getStats()).values())
        if (one.type === "inbound-rtp" && one.kind === "video" && one.framesDecoded)
          found[one.mid] = { frames: one.framesDecoded, width: one.frameWidth, frozen: one.totalFreezesDuration }
    return found
  },

  // Every report on pictures, both ways.
  async all() {
    const found = []
    for (const peer of peers.filter((one) => one.connectionState !== "closed"))
      for (const one of (await peer.getStats()).values())
        if (one.kind === "video" && (one.framesSent || one.framesDecoded)) found.push({ ...one })
    return found
  },

  // Says that the window is hidden, or shown again, as the browser does.
  hide(hidden) {
    Object.defineProperty(document, "visibilityState", { value: hidden ? "hidden" : "visible", configurable: true })
    document.dispatchEvent(new Event("visibilitychange"))
  },
}
