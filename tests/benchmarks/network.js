// Notes every frame that is painted, keeps the peer connections, and leads their packets over the relay.
{
  const peers = []
  const painted = []
  const Real = RTCPeerConnection
  window.RTCPeerConnection = class extends Real {
    constructor(...all) {
      super(...all)
      peers.push(this)
    }
    setRemoteDescription(description) {
      const [from, to] = RELAYED ?? ["", ""]
      return super.setRemoteDescription({ ...description, sdp: description.sdp.replaceAll(from, to) })
    }
  }

  const watch = (video) => {
    video.watched = true
    const note = (now) => {
      painted.push(performance.timeOrigin + now)
      video.requestVideoFrameCallback(note)
    }
    video.requestVideoFrameCallback(note)
  }
  setInterval(() => {
    const video = window.cw?.video()
    if (video && !video.watched) watch(video)
  }, 50)

  window.net = {
    // Wall-clock milliseconds of each frame painted since the last call.
    painted: () => painted.splice(0),
    made: () => peers.length,
    peers,
    async counts() {
      const sum = {}
      const add = (name, value) => {
        sum[name] = (sum[name] ?? 0) + (value ?? 0)
      }
      const peer = peers.at(-1)
      for (const one of (await peer.getStats()).values()) {
        if (one.type === "inbound-rtp" && one.packetsReceived) {
          const kind = one.kind
          for (const name of ["packetsReceived", "packetsLost", "framesDecoded", "freezeCount", "nackCount",
            "pliCount", "keyFramesDecoded", "concealedSamples", "silentConcealedSamples", "totalSamplesReceived",
            "jitterBufferDelay", "jitterBufferEmittedCount", "retransmittedPacketsReceived", "fecPacketsReceived"])
            if (one[name] !== undefined) add(`${kind}.${name}`, one[name])
          if (kind === "video") sum.height = one.frameHeight
        } else if (one.type === "outbound-rtp" && one.packetsSent) {
          for (const name of ["framesEncoded", "bytesSent", "retransmittedPacketsSent", "nackCount", "keyFramesEncoded"])
            if (one[name] !== undefined) add(`sent.${one.kind}.${name}`, one[name])
          if (one.kind === "video") Object.assign(sum, { limited: one.qualityLimitationReason, target: one.targetBitrate, sentHeight: one.frameHeight })
        } else if (one.type === "candidate-pair" && one.nominated) {
          sum.roundTrip = one.currentRoundTripTime
          sum.available = one.availableOutgoingBitrate
        }
      }
      return { ...sum, state: peer.connectionState, ice: peer.iceConnectionState }
    },
  }
}
