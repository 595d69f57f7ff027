import type { MediaAnswerBody, MediaOfferBody, SlotView } from "../protocol";
import { delayOf } from "../transport/backoff";
import { Emitter } from "../transport/emitter";

export type Source = MediaOfferBody["sources"][string];
type SlotKind = SlotView["kind"];

/** How the one peer connection does; `weak` is connected but losing packets. */
export type LinkState = "closed" | "connecting" | "connected" | "weak" | "lost";

const SOURCES: readonly Source[] = ["microphone", "camera", "document", "screen"];
const SLOTS: readonly SlotKind[] = ["voice", "voice", "voice", "face", "face", "document", "screen"];
const STATISTICS_MS = 2_000;
const WEAK_LOSS = 0.08;
/** What a source may take, in bits a second: sound first, then what has to be read, then faces. */
const LIMITS: Record<Source, number> = {
  microphone: 40_000,
  camera: 1_200_000,
  document: 2_500_000,
  screen: 2_500_000,
};

type Connect = (offer: MediaOfferBody) => Promise<MediaAnswerBody>;

/**
 * The page's one peer connection: all transceivers from the beginning, so that nothing is negotiated later.
 *
 * A connection that breaks is made anew, with new ICE credentials, until it holds; what was being sent goes on.
 */
export class MediaLink {
  readonly state = new Emitter<LinkState>();
  /** The streams of the receive slots by mid; new ones after each reconnect. */
  readonly streams = new Emitter<ReadonlyMap<string, MediaStream>>();
  #state: LinkState = "closed";
  #peer: RTCPeerConnection | null = null;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #statistics: ReturnType<typeof setInterval> | undefined;
  #received = { packets: 0, lost: 0 };
  readonly #tracks = new Map<Source, MediaStreamTrack>();
  readonly #senders = new Map<Source, RTCRtpSender>();
  readonly #online = () => this.reconnect();

  constructor(private readonly connect: Connect) {}

  get current(): LinkState {
    return this.#state;
  }

  open(): void {
    if (this.#peer) return;
    addEventListener("online", this.#online);
    void this.#build();
  }

  close(): void {
    removeEventListener("online", this.#online);
    clearTimeout(this.#timer);
    this.#drop();
    this.#move("closed");
  }

  /** Makes the connection anew at once. */
  reconnect(): void {
    if (this.#state === "closed") return;
    this.#attempt = 0;
    this.#again();
  }

  /** Sends the track as this source, or nothing with null. */
  async send(source: Source, track: MediaStreamTrack | null): Promise<void> {
    if (track) this.#tracks.set(source, track);
    else this.#tracks.delete(source);
    await this.#senders.get(source)?.replaceTrack(track);
  }

  async #build(): Promise<void> {
    this.#move(this.#attempt ? "lost" : "connecting");
    const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    this.#peer = peer;
    peer.onconnectionstatechange = () => this.#changed(peer);
    try {
      const sending = SOURCES.map((source) => this.#sender(peer, source));
      const slots = SLOTS.map((kind) => peer.addTransceiver(mediaOf(kind), { direction: "recvonly" }));
      await this.#negotiate(peer, sending, slots);
      if (peer !== this.#peer) return;
      this.streams.emit(
        new Map(slots.map((slot) => [slot.mid ?? "", new MediaStream([slot.receiver.track])])),
      );
    } catch (error) {
      console.warn("media connection failed", error);
      if (peer === this.#peer) this.#retry();
    }
  }

  #sender(peer: RTCPeerConnection, source: Source): RTCRtpTransceiver {
    const track = this.#tracks.get(source);
    const sendEncodings = [{ maxBitrate: LIMITS[source] }];
    const transceiver = peer.addTransceiver(track ?? mediaOf(source), {
      direction: "sendonly",
      sendEncodings,
    });
    this.#senders.set(source, transceiver.sender);
    return transceiver;
  }

  async #negotiate(
    peer: RTCPeerConnection,
    sending: RTCRtpTransceiver[],
    slots: RTCRtpTransceiver[],
  ): Promise<void> {
    await peer.setLocalDescription();
    const answer = await this.connect({
      sdp: peer.localDescription?.sdp ?? "",
      sources: byMid(sending, SOURCES),
      slots: byMid(slots, SLOTS),
    });
    await peer.setRemoteDescription({ type: "answer", sdp: answer.sdp });
  }

  #changed(peer: RTCPeerConnection): void {
    if (peer !== this.#peer) return;
    if (peer.connectionState === "connected") {
      this.#attempt = 0;
      this.#received = { packets: 0, lost: 0 };
      clearInterval(this.#statistics);
      this.#statistics = setInterval(() => void this.#measure(peer), STATISTICS_MS);
      this.#move("connected");
    } else if (peer.connectionState === "disconnected" || peer.connectionState === "failed") {
      this.#retry();
    }
  }

  #retry(): void {
    this.#attempt += 1;
    this.#move("lost");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#again(), delayOf(this.#attempt - 1, Math.random()));
  }

  #again(): void {
    clearTimeout(this.#timer);
    this.#drop();
    void this.#build();
  }

  async #measure(peer: RTCPeerConnection): Promise<void> {
    const now = { packets: 0, lost: 0 };
    for (const report of (await peer.getStats()).values()) {
      if (report.type !== "inbound-rtp") continue;
      now.packets += report.packetsReceived ?? 0;
      now.lost += report.packetsLost ?? 0;
    }
    if (peer !== this.#peer || peer.connectionState !== "connected") return;
    const lost = now.lost - this.#received.lost;
    const all = now.packets - this.#received.packets + lost;
    this.#received = now;
    this.#move(all > 50 && lost / all > WEAK_LOSS ? "weak" : "connected");
  }

  #drop(): void {
    clearInterval(this.#statistics);
    const peer = this.#peer;
    this.#peer = null;
    this.#senders.clear();
    if (!peer) return;
    peer.onconnectionstatechange = null;
    peer.close();
  }

  #move(state: LinkState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.state.emit(state);
  }
}

function mediaOf(kind: Source | SlotKind): "audio" | "video" {
  return kind === "microphone" || kind === "voice" ? "audio" : "video";
}

function byMid<K>(transceivers: RTCRtpTransceiver[], kinds: readonly K[]): Record<string, K> {
  return Object.fromEntries(transceivers.map(({ mid }, index) => [mid ?? "", kinds[index] as K]));
}
