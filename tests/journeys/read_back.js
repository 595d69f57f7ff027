// Reads back what the page really shows and plays: the code in the large picture, the loudest tones.
const made = []
const create = document.createElement.bind(document)
document.createElement = (name, ...rest) => {
  const element = create(name, ...rest)
  if (element instanceof HTMLMediaElement) made.push(new WeakRef(element))
  return element
}

window.cw = {
  // Of the players that have left the page, how many still hold a live stream: each would go on costing sound.
  kept() {
    const gone = made.map((one) => one.deref()).filter((one) => one && !one.isConnected && one.srcObject)
    return gone.filter((one) => one.srcObject.getTracks().some((track) => track.readyState === "live")).length
  },

  video(name = "") {
    const shown = [...document.querySelectorAll("video:not(.mirrored)")]
    return shown.find((video) => video.videoWidth && video.srcObject && (!name || video.ariaLabel === name))
  },

  // 16 squares in the upper half, most significant bit first, white is 1: four bits of sender, twelve of counter.
  code(name) {
    const video = this.video(name)
    return video ? this.read(video) : null
  },

  // Of every picture of somebody else.
  codes() {
    const shown = [...document.querySelectorAll("video:not(.mirrored)")]
    return shown.filter((video) => video.videoWidth && video.srcObject).map((video) => this.read(video))
  },

  read(video) {
    this.canvas ??= new OffscreenCanvas(640, 360)
    const context = this.canvas.getContext("2d", { willReadFrequently: true })
    context.drawImage(video, 0, 0, 640, 360)
    let value = 0
    for (let bit = 0; bit < 16; bit++) {
      const pixel = context.getImageData(40 * bit + 20, 60, 1, 1).data
      value = value * 2 + (pixel[0] > 127 ? 1 : 0)
    }
    return { sender: value >> 12, counter: value & 0xfff }
  },

  // The loudest tone of each voice.
  tones() {
    const playing = [...document.querySelectorAll("audio")].filter((one) => one.srcObject && !one.paused)
    return playing.map(({ srcObject }) => {
      this.context ??= new AudioContext()
      const analyser = this.analyserOf(srcObject)
      const levels = new Float32Array(analyser.frequencyBinCount)
      analyser.getFloatFrequencyData(levels)
      const best = levels.reduce((top, level, index) => (level > levels[top] ? index : top), 0)
      return { hertz: (best * this.context.sampleRate) / analyser.fftSize, level: levels[best] }
    })
  },

  analyserOf(stream) {
    this.analysers ??= new WeakMap()
    if (!this.analysers.has(stream)) {
      const analyser = this.context.createAnalyser()
      analyser.fftSize = 8192
      this.context.createMediaStreamSource(stream).connect(analyser)
      this.analysers.set(stream, analyser)
    }
    return this.analysers.get(stream)
  },

  firstFrame() {
    const [accepted] = performance.getEntriesByName("cw:accepted").slice(-1)
    const [frame] = performance.getEntriesByName("cw:first-frame").slice(-1)
    return accepted && frame ? frame.startTime - accepted.startTime : null
  },
}
