// A peer as the product's pages are one: fixed transceivers in the fixed order, slots, no renegotiation.
const SOURCES = ["microphone", "camera", "document", "screen"]
const SLOTS = ["voice", "voice", "voice", "face", "face", "document", "screen"]
const AUDIO = new Set(["microphone", "voice"])
let pc, local, drawing, names
let only = null
// What the camera is sent in, smallest first; one encoding when empty.
let layers = []
// The one codec that the camera may be sent in; what the server prefers when null.
let codec = null
const places = {}

async function start(participant, document_code) {
  local = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    video: { width: 640, height: 360, frameRate: 20 },
  })
  await join(participant, document_code)
}

async function join(participant, document_code) {
  pc?.close()
  for (const place of Object.keys(places)) delete places[place]
  names = participant
  pc = new RTCPeerConnection()
  const page = document_code ? draw(document_code) : null
  const tracks = { microphone: local.getAudioTracks()[0], camera: local.getVideoTracks()[0], document: page }
  const transceivers = []
  for (const name of SOURCES) {
    const encodings = name === "camera" && layers.length ? { sendEncodings: layers } : {}
    transceivers.push([name, pc.addTransceiver(tracks[name] ?? "video", { direction: "sendonly", ...encodings })])
  }
  if (codec) transceivers[1][1].setCodecPreferences(only_in(codec))
  for (const name of SLOTS)
    transceivers.push([name, pc.addTransceiver(AUDIO.has(name) ? "audio" : "video", { direction: "recvonly" })])
  pc.slots = transceivers.slice(SOURCES.length)
  pc.senders = Object.fromEntries(transceivers.slice(0, SOURCES.length).map(([name, t]) => [name, t.sender]))
  pc.times = {}
  await negotiate(false)
  const ranks = {}
  for (const [name, transceiver] of pc.slots) {
    ranks[name] = (ranks[name] ?? -1) + 1
    play(name + ranks[name], transceiver.receiver.track)
  }
}

function only_in(name) {
  const { codecs } = RTCRtpSender.getCapabilities("video")
  return codecs.filter(({ mimeType }) => [`video/${name}`, "video/rtx"].includes(mimeType))
}

async function negotiate(iceRestart) {
  const offer = await pc.createOffer({ iceRestart })
  await pc.setLocalDescription(offer)
  const mids = (list) => Object.fromEntries(list.map(([name, t]) => [t.mid, name]))
  const all = pc.getTransceivers()
  const sources = mids(SOURCES.map((name, index) => [name, all[index]]))
  const body = JSON.stringify({ participant: names, sdp: offer.sdp, sources, slots: mids(pc.slots) })
  const answer = await (await fetch("/connect", { method: "POST", body })).text()
  pc.answer = answer
  const lines = answer.split("\r\n").filter((line) => !only || !line.startsWith("a=candidate") || line.includes(` ${only} `))
  await pc.setRemoteDescription({ type: "answer", sdp: lines.join("\r\n") })
}

function play(place, track) {
  const stream = new MediaStream([track])
  if (track.kind === "video") {
    const video = document.createElement("video")
    video.muted = true
    video.autoplay = true
    video.srcObject = stream
    places[place] = { video, since: performance.now() }
    video.requestVideoFrameCallback(() => { places[place].first ??= performance.now() })
    return
  }
  const silent = document.createElement("audio")
  silent.srcObject = stream
  silent.muted = true
  const context = (play.context ??= new AudioContext())
  const analyser = context.createAnalyser()
  analyser.fftSize = 8192
  context.createMediaStreamSource(stream).connect(analyser)
  places[place] = { analyser, silent }
}

// The code in a picture: 16 squares in the upper half, most significant bit first, white is 1.
function code(place) {
  const { video } = places[place]
  if (!video.videoWidth) return null
  const canvas = (code.canvas ??= new OffscreenCanvas(640, 360))
  const context = canvas.getContext("2d", { willReadFrequently: true })
  context.drawImage(video, 0, 0, 640, 360)
  let value = 0
  for (let bit = 0; bit < 16; bit++) {
    const pixel = context.getImageData(40 * bit + 20, 60, 1, 1).data
    value = value * 2 + (pixel[0] > 127 ? 1 : 0)
  }
  return { sender: value >> 12, counter: value & 0xfff, width: video.videoWidth, height: video.videoHeight }
}

function tone(place) {
  const { analyser } = places[place]
  const levels = new Float32Array(analyser.frequencyBinCount)
  analyser.getFloatFrequencyData(levels)
  const best = levels.reduce((top, level, index) => (level > levels[top] ? index : top), 0)
  return { hertz: (best * play.context.sampleRate) / analyser.fftSize, level: levels[best] }
}

function draw(value) {
  drawing = document.createElement("canvas")
  drawing.width = 640
  drawing.height = 360
  const context = drawing.getContext("2d")
  const paint = () => {
    for (let bit = 0; bit < 16; bit++) {
      context.fillStyle = (value >> (15 - bit)) & 1 ? "white" : "black"
      context.fillRect(40 * bit, 0, 40, 180)
    }
    context.fillStyle = `hsl(${performance.now() / 10} 50% 50%)`
    context.fillRect(0, 200, 640, 160)
  }
  setInterval(paint, 100)
  paint()
  return drawing.captureStream(10).getVideoTracks()[0]
}

async function bandwidth() {
  const result = {}
  const reports = await pc.getStats()
  for (const report of reports.values()) {
    if (report.type === "transport") {
      const pair = reports.get(report.selectedCandidatePairId)
      result.available = pair.availableOutgoingBitrate
      result.protocol = reports.get(pair.remoteCandidateId).protocol
    }
    if (report.type === "outbound-rtp" && report.kind === "video" && report.framesSent)
      result[report.mid] = { sent: report.framesSent, target: report.targetBitrate, key: report.keyFramesEncoded, nack: report.nackCount, pli: report.pliCount }
    if (report.type === "inbound-rtp" && report.packetsReceived)
      result["in" + report.mid] = { packets: report.packetsReceived, lost: report.packetsLost, frames: report.framesDecoded, dropped: report.framesDropped, pli: report.pliCount, freezes: report.freezeCount, frozen: report.totalFreezesDuration, jitter: report.jitter, rtx: report.retransmittedPacketsReceived }
  }
  return result
}
