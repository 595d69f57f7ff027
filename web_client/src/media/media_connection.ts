import type { MediaAnswerBody, MediaOfferBody, SlotView } from "../protocol";
import { delayOf } from "../transport/backoff";
import { Emitter } from "../transport/emitter";
import { GOOD, judge, LOST, type Quality, type Sample, sampleOf } from "./quality";

export type SourceKind = MediaOfferBody["sources"][string];
export type SlotKind = SlotView["kind"];
export type MediaState = "idle" | "connecting" | "connected" | "reconnecting";

/** A place where the server shows something; its stream never changes while the connection lives. */
export interface Slot {
  readonly mid: string;
  readonly kind: SlotKind;
  readonly stream: MediaStream;
}

export interface MediaOptions {
  /** Brings the offer to the media server. */
  readonly negotiate: (offer: MediaOfferBody) => Promise<MediaAnswerBody>;
}

const SOURCES: readonly SourceKind[] = ["microphone", "camera", "document", "screen"];
const SLOTS: readonly SlotKind[] = ["voice", "voice", "voice", "face", "face", "document", "screen"];
const STATISTICS_MS = 2_000;
/** An attempt that has not connected by then is given up for the next one. */
const ATTEMPT_MS = 5_000;

/** Bits a second at most, by source; papers and screens keep their size and give up frames instead. */
const MOST_BITS: Partial<Record<SourceKind, number>> = {
  camera: 1_500_000,
  document: 3_000_000,
  screen: 3_000_000,
};

/**
 * The page's one peer connection: all transceivers are there from the start, so nothing is negotiated when a call
 * begins. Sources start and stop by replacing tracks. It keeps trying for as long as it is wanted.
 */
export class MediaConnection {
  readonly state = new Emitter<MediaState>();
  readonly quality = new Emitter<Quality>();
  readonly slotsChanged = new Emitter<readonly Slot[]>();
  #state: MediaState = "idle";
  #quality: Quality = GOOD;
  #slots: readonly Slot[] = [];
  #peer: RTCPeerConnection | null = null;
  #attempt = 0;
  #serial = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #statistics: ReturnType<typeof setInterval> | undefined;
  #sample: Sample | null = null;
  readonly #tracks = new Map<SourceKind, MediaStreamTrack>();
  readonly #transceivers = new Map<SourceKind, RTCRtpTransceiver>();
  readonly #networkChanged = () => this.#reconnect(true);

  constructor(private readonly options: MediaOptions) {}

  get current(): MediaState {
    return this.#state;
  }

  get slots(): readonly Slot[] {
    return this.#slots;
  }

  /** The stream of a slot, null when there is none of that name. */
  stream(mid: string): MediaStream | null {
    return this.#slots.find((slot) => slot.mid === mid)?.stream ?? null;
  }

  start(): void {
    if (this.#state !== "idle") return;
    addEventListener("online", this.#networkChanged);
    navigator.connection?.addEventListener("change", this.#networkChanged);
    this.#statistics = setInterval(() => void this.#measure(), STATISTICS_MS);
    this.#move("connecting");
    void this.#try(false);
  }

  stop(): void {
    removeEventListener("online", this.#networkChanged);
    navigator.connection?.removeEventListener("change", this.#networkChanged);
    clearInterval(this.#statistics);
    clearTimeout(this.#timer);
    this.#serial++;
    this.#close();
    this.#tracks.clear();
    this.#attempt = 0;
    this.#move("idle");
  }

  /** Starts sending a track as this source, or stops it with null; nothing is negotiated. */
  async send(kind: SourceKind, track: MediaStreamTrack | null): Promise<void> {
    if (track) this.#tracks.set(kind, track);
    else this.#tracks.delete(kind);
    await this.#transceivers.get(kind)?.sender.replaceTrack(track);
  }

  #build(): RTCPeerConnection {
    this.#close();
    const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    this.#peer = peer;
    for (const kind of SOURCES) this.#transceivers.set(kind, this.#source(peer, kind));
    const received = SLOTS.map((kind) => {
      const transceiver = peer.addTransceiver(kind === "voice" ? "audio" : "video", {
        direction: "recvonly",
      });
      return { kind, transceiver, stream: new MediaStream([transceiver.receiver.track]) };
    });
    peer.onconnectionstatechange = () => this.#changed(peer);
    peer.onsignalingstatechange = () => {
      if (peer.signalingState !== "have-local-offer" || peer !== this.#peer) return;
      this.#slots = received.map(({ kind, transceiver, stream }) => ({
        mid: transceiver.mid ?? "",
        kind,
        stream,
      }));
      this.slotsChanged.emit(this.#slots);
    };
    return peer;
  }

  #source(peer: RTCPeerConnection, kind: SourceKind): RTCRtpTransceiver {
    const most = MOST_BITS[kind];
    const transceiver = peer.addTransceiver(kind === "microphone" ? "audio" : "video", {
      direction: "sendonly",
      sendEncodings: [most ? { maxBitrate: most } : {}],
    });
    void transceiver.sender.replaceTrack(this.#tracks.get(kind) ?? null);
    return transceiver;
  }

  /** One attempt: an ICE restart of the same connection where there is one and `restart` is wanted, else a new one. */
  async #try(restart: boolean): Promise<void> {
    const serial = ++this.#serial;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#again(serial), ATTEMPT_MS);
    const peer =
      restart && this.#peer?.connectionState !== "closed" ? (this.#peer ?? this.#build()) : this.#build();
    try {
      await peer.setLocalDescription(await peer.createOffer({ iceRestart: restart }));
      await gathered(peer);
      const answer = await this.options.negotiate(this.#offer(peer));
      if (serial !== this.#serial) return;
      if (answer.ice_servers.length) peer.setConfiguration({ iceServers: answer.ice_servers });
      await peer.setRemoteDescription({ type: "answer", sdp: answer.sdp });
    } catch (error) {
      if (serial !== this.#serial) return;
      console.warn("media attempt failed", error);
      this.#again(serial);
    }
  }

  #offer(peer: RTCPeerConnection): MediaOfferBody {
    const sources: MediaOfferBody["sources"] = {};
    for (const [kind, transceiver] of this.#transceivers) sources[transceiver.mid ?? ""] = kind;
    const slots: MediaOfferBody["slots"] = {};
    for (const slot of this.#slots) slots[slot.mid] = slot.kind;
    return { sdp: peer.localDescription?.sdp ?? "", sources, slots };
  }

  #changed(peer: RTCPeerConnection): void {
    if (peer !== this.#peer) return;
    if (peer.connectionState === "connected") {
      clearTimeout(this.#timer);
      this.#attempt = 0;
      this.#sample = null;
      this.#move("connected");
      this.#judge(GOOD);
    } else if (peer.connectionState === "disconnected" || peer.connectionState === "failed") {
      this.#reconnect(peer.connectionState === "disconnected");
    }
  }

  #reconnect(restart: boolean): void {
    if (this.#state === "idle") return;
    this.#move(this.#state === "connecting" ? "connecting" : "reconnecting");
    this.#judge(LOST);
    void this.#try(restart && this.#attempt === 0);
  }

  #again(serial: number): void {
    if (serial !== this.#serial || this.#state === "idle") return;
    clearTimeout(this.#timer);
    this.#judge(LOST);
    this.#timer = setTimeout(() => void this.#try(false), delayOf(++this.#attempt, Math.random()));
  }

  async #measure(): Promise<void> {
    const peer = this.#peer;
    if (!peer || this.#state !== "connected") return;
    const now = sampleOf(await peer.getStats(), performance.now());
    if (peer !== this.#peer || this.#state !== "connected") return;
    if (this.#sample) this.#judge(judge(this.#sample, now));
    this.#sample = now;
  }

  #judge(quality: Quality): void {
    if (quality === this.#quality) return;
    this.#quality = quality;
    this.quality.emit(quality);
  }

  #close(): void {
    const peer = this.#peer;
    this.#peer = null;
    this.#transceivers.clear();
    if (!peer) return;
    peer.onconnectionstatechange = peer.onsignalingstatechange = null;
    peer.close();
  }

  #move(state: MediaState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.state.emit(state);
  }
}

/** The server is ICE-lite with known addresses: one candidate of ours is plenty, so gathering is not waited for long. */
async function gathered(peer: RTCPeerConnection): Promise<void> {
  if (peer.iceGatheringState === "complete") return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, 150);
    peer.addEventListener("icegatheringstatechange", () => {
      if (peer.iceGatheringState !== "complete") return;
      clearTimeout(timer);
      resolve();
    });
  });
}
