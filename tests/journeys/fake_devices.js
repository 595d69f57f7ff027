// Firefox's fake camera and screen cannot play a file: what they show is drawn here, with the sender's code as in the
// films that Chromium plays. The microphone is Firefox's own, with the sender's tone. `SENDER` is set before this.
const drawing = []
let busy = false
const drawn = () => {
  const canvas = document.createElement("canvas")
  Object.assign(canvas, { width: 640, height: 360 })
  const context = canvas.getContext("2d")
  let counter = 0
  drawing.push(setInterval(() => {
    counter = (counter + 1) % 200
    context.fillStyle = "rgb(100 100 100)"
    context.fillRect(0, 0, 640, 360)
    const value = (SENDER << 12) | counter
    for (let bit = 0; bit < 16; bit++) {
      context.fillStyle = (value >> (15 - bit)) & 1 ? "#fff" : "#000"
      context.fillRect(bit * 40, 0, 40, 180)
    }
    context.fillStyle = "rgb(200 200 200)"
    context.fillRect((counter * 3) % 580, 200, 60, 160)
  }, 50))
  return canvas.captureStream(20).getVideoTracks()
}

const media = navigator.mediaDevices
if (media) {
  const take = media.getUserMedia.bind(media)
  media.getUserMedia = async (wanted) => {
    if (busy && wanted.video) throw new DOMException("a telephone call has it", "NotReadableError")
    const sound = wanted.audio ? (await take({ audio: wanted.audio })).getAudioTracks() : []
    return new MediaStream([...sound, ...(wanted.video ? drawn() : [])])
  }
  media.getDisplayMedia = async () => new MediaStream(drawn())
}

// What a telephone call does: cameras that are open live on and give nothing, and none can be opened until it is over.
window.cwDevices = {
  stall() {
    busy = true
    for (const one of drawing.splice(0)) clearInterval(one)
  },
  free() {
    busy = false
  },
}
