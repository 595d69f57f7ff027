import { Emitter } from "@/core/connection/emitter";
import { Refusal } from "@/core/connection/refusal";
import type { MediaAnswerBody, MediaOfferBody, SlotView } from "@/core/protocol";
import { Comeback } from "./comeback";
import { FigureLog, type Figures } from "./figures";
import { ReceptionJudge } from "./reception";
import { linesOf, put, SIZES, type Sizes } from "./sending";
import { readGiven, readStatistics } from "./statistics";

export type Source = MediaOfferBody["sources"][string];
type SlotKind = SlotView["kind"];

/** How the one peer connection does; `weak` is connected but losing packets. */
export type LinkState = "closed" | "connecting" | "connected" | "weak" | "lost";

const SOURCES: readonly Source[] = ["microphone", "camera", "document", "screen"];
/** Media lines that send, in their order: the last is the camera's again, for two sizes. */
const LINES: readonly Source[] = [...SOURCES, "camera"];
/** Seats for others: of more than these who speaks is heard and seen (decision 52). The room's camera takes a free face. */
export const SEATS = 6;
const SLOTS: readonly SlotKind[] = [
  ...Array<SlotKind>(SEATS).fill("voice"),
  ...Array<SlotKind>(SEATS).fill("face"),
  "document",
  "screen",
];
const STATISTICS_MS = 2_000;
const TICK_MS = 250;
const PROBE_LIMIT_MS = 2_500;
const OFFER_LIMIT_MS = 5_000;
/** What a source may take, in bits a second: sound first, then what has to be read, then faces. */
const LIMITS: Record<Source, number> = {
  microphone: 40_000,
  camera: 1_200_000,
  document: 2_500_000,
  screen: 2_500_000,
};

type Connect = (offer: MediaOfferBody, signal: AbortSignal) => Promise<MediaAnswerBody>;
type Probe = (signal: AbortSignal) => Promise<unknown>;

/**
 * The page's one peer connection: all transceivers from the beginning, so that nothing is negotiated later.
 *
 * A connection that breaks is kept, and its paths renewed, until it carries again. Only when the server can be reached
 * and it still does not carry is it made anew; what was being sent goes on.
 */
export class MediaLink {
  readonly state = new Emitter<LinkState>();
  /** The streams of the receive slots by mid; new ones when the connection was made anew. */
  readonly streams = new Emitter<ReadonlyMap<string, MediaStream>>();
  /** How the connection did in the last ten seconds, every two seconds; null when it is gone. */
  readonly figures = new Emitter<Figures | null>();
  /** A source whose track is another one now. */
  readonly changed = new Emitter<Source>();
  #state: LinkState = "closed";
  #peer: RTCPeerConnection | null = null;
  #answer: RTCSessionDescriptionInit | null = null;
  #trial: AbortController | null = null;
  #comeback = new Comeback();
  #judge = new ReceptionJudge();
  #log = new FigureLog();
  #ticker: ReturnType<typeof setInterval> | undefined;
  #statistics: ReturnType<typeof setInterval> | undefined;
  readonly #tracks = new Map<Source, MediaStreamTrack>();
  #onlySound = false;
  #sizes: Sizes = "one";
  #senders: ReadonlyMap<Source, RTCRtpSender> = new Map();
  /** The camera's second line, which carries it in two sizes. */
  #sized: RTCRtpSender | null = null;
  /** What was put last, so that one change is through before the next begins. */
  #putting: Promise<void> = Promise.resolve();
  readonly #online = () => this.#hurry();

  constructor(
    private readonly connect: Connect,
    private readonly probe: Probe = askWhetherAlive,
  ) {}

  get current(): LinkState {
    return this.#state;
  }

  open(): void {
    if (this.#state !== "closed") return;
    addEventListener("online", this.#online);
    this.#move("connecting");
    this.#comeback = new Comeback();
    this.#comeback.lost();
    this.#ticker = setInterval(() => this.#step(), TICK_MS);
    this.#step();
  }

  close(): void {
    removeEventListener("online", this.#online);
    clearInterval(this.#ticker);
    this.#trial?.abort();
    this.#trial = null;
    this.#drop();
    this.#move("closed");
  }

  /** Makes the connection anew at once: the server does not know this one. */
  reconnect(): void {
    if (this.#state === "closed" || this.#trial) return;
    this.#drop();
    this.#lose();
    this.#comeback.hurry();
    this.#step();
  }

  /** Sends the track as this source, or nothing with null. */
  async send(source: Source, track: MediaStreamTrack | null): Promise<void> {
    const former = this.track(source);
    if (track) this.#tracks.set(source, track);
    else this.#tracks.delete(source);
    if (former !== track) this.changed.emit(source);
    await this.#put(source);
  }

  /** What is sent as this source. */
  track(source: Source): MediaStreamTrack | null {
    return this.#tracks.get(source) ?? null;
  }

  /** What each track that is sent has given so far, by its identifier; only while connected. */
  async given(): Promise<ReadonlyMap<string, number>> {
    if (this.#peer?.connectionState !== "connected") return new Map();
    return readGiven((await this.#peer.getStats()).values());
  }

  /** How loud each voice is that comes, from 0 to 1, by mid; of those from which something has come. */
  loudness(): ReadonlyMap<string, number> {
    return new Map(
      (this.#peer?.getTransceivers() ?? []).flatMap(({ mid, receiver }): [string, number][] => {
        const level = receiver.track.kind === "audio" && receiver.getSynchronizationSources()[0]?.audioLevel;
        return mid && level ? [[mid, level]] : [];
      }),
    );
  }

  /** Keeps the face to itself while only sound is wanted: the line is spared both ways. */
  async useOnlySound(only: boolean): Promise<void> {
    if (only === this.#onlySound) return;
    this.#onlySound = only;
    await this.#put("camera");
  }

  /**
   * Sends the camera in two sizes while three or more are seen; once they no longer are, the smaller rests until the call
   * is over. A call of two has one from the beginning, which starts larger and costs less (decision 43). What fails leaves
   * the lines as they were, to be tried again with the next view.
   */
  async useSizes(two: boolean, admitted: boolean): Promise<void> {
    const sizes = two ? "two" : admitted && this.#sizes !== "one" ? "large" : "one";
    if (sizes === this.#sizes) return;
    const [before, peer] = [this.#sizes, this.#peer];
    this.#sizes = sizes;
    try {
      await this.#put("camera");
    } catch (error) {
      console.warn("the camera could not go over to other sizes", error);
      // A connection made since begins with these sizes; what was wanted since has been put after them.
      if (peer !== this.#peer || sizes !== this.#sizes) return;
      this.#sizes = before;
      await this.#put("camera").catch((again: unknown) => console.warn("the camera's lines are left", again));
    }
  }

  /** Sends what the source has now. */
  #put(source: Source): Promise<void> {
    const done = this.#putting.then(() => this.#putNow(source));
    this.#putting = done.catch(() => undefined);
    return done;
  }

  async #putNow(source: Source): Promise<void> {
    const [sender, sizedSender] = [this.#senders.get(source), this.#sized];
    if (!sender) return;
    const track = this.#trackOf(source);
    if (source !== "camera" || !sizedSender) return put(sender, track);
    const { sized, active } = linesOf(this.#sizes);
    // The line that takes over begins before the other ends: nobody sees a gap.
    if (sized) await put(sizedSender, track, active);
    await put(sender, sized ? null : track);
    if (!sized) await put(sizedSender, null);
  }

  #trackOf(source: Source): MediaStreamTrack | null {
    return this.#onlySound && source === "camera" ? null : (this.#tracks.get(source) ?? null);
  }

  #step(): void {
    if (this.#trial) return;
    switch (this.#comeback.step(performance.now(), this.#peer?.connectionState ?? null)) {
      case "probe":
        void this.#reach();
        break;
      case "restart":
        void this.#restart();
        break;
      case "anew":
        void this.#build();
        break;
    }
  }

  /** The browser says that a network is there, perhaps another one: its paths are looked for now. */
  #hurry(): void {
    this.#comeback.hurry();
    if (this.#peer) void this.#restart();
    this.#step();
  }

  async #reach(): Promise<void> {
    try {
      await this.probe(AbortSignal.timeout(PROBE_LIMIT_MS));
      this.#comeback.reached(performance.now());
    } catch {
      // Not reachable: the next probe is due in a second.
    }
  }

  /**
   * Has the browser look for paths again, without a word from the server: its credentials stay good, and a lite agent
   * needs to know nothing of ours (RFC 8445 §2.5). So the connection carries a round trip after the link is back.
   */
  async #restart(): Promise<void> {
    const [peer, answer] = [this.#peer, this.#answer];
    if (!peer || !answer || peer.signalingState !== "stable") return;
    try {
      peer.restartIce();
      await peer.setLocalDescription();
      await peer.setRemoteDescription(answer);
    } catch (error) {
      console.warn("media paths could not be renewed", error);
      if (peer === this.#peer) this.#drop();
    }
  }

  async #build(): Promise<void> {
    const trial = new AbortController();
    this.#trial = trial;
    const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    try {
      const sending = new Map(SOURCES.map((source) => [source, this.#sender(peer, source)]));
      const sized = peer.addTransceiver("video", { direction: "sendonly", sendEncodings: [...SIZES] });
      const slots = SLOTS.map((kind) => peer.addTransceiver(mediaOf(kind), { direction: "recvonly" }));
      const offered = await peer.createOffer();
      const mids = midsOf(offered.sdp ?? "");
      const offer = {
        sdp: offered.sdp ?? "",
        sources: byMid(mids.slice(0, LINES.length), LINES),
        slots: byMid(mids.slice(LINES.length), SLOTS),
      };
      const limit = AbortSignal.any([trial.signal, AbortSignal.timeout(OFFER_LIMIT_MS)]);
      const answer = await this.connect(offer, limit);
      trial.signal.throwIfAborted();
      // Paths are looked for only now that the relays are known; a lite agent needs to hear of none of ours.
      peer.setConfiguration({
        bundlePolicy: "max-bundle",
        iceServers: answer.ice_servers,
        iceTransportPolicy: answer.relay_only ? "relay" : "all",
      });
      await peer.setLocalDescription(offered);
      await this.#adopt(peer, sending, sized.sender, answer);
      this.streams.emit(
        new Map(slots.map((slot) => [slot.mid ?? "", new MediaStream([slot.receiver.track])])),
      );
    } catch (error) {
      if (peer === this.#peer) this.#drop();
      else peer.close();
      if (trial.signal.aborted) return;
      console.warn("media connection failed", error);
      this.#lose();
      this.#comeback.failed(performance.now(), error instanceof Refusal && error.status > 0);
    } finally {
      if (trial === this.#trial) this.#trial = null;
    }
  }

  /** Takes this connection in place of the one before. */
  async #adopt(
    peer: RTCPeerConnection,
    sending: ReadonlyMap<Source, RTCRtpTransceiver>,
    sized: RTCRtpSender,
    answer: MediaAnswerBody,
  ): Promise<void> {
    this.#drop();
    this.#peer = peer;
    this.#answer = { type: "answer", sdp: answer.sdp };
    this.#comeback.adopted(performance.now());
    peer.onconnectionstatechange = () => this.#changed(peer);
    await peer.setRemoteDescription(this.#answer);
    this.#senders = new Map([...sending].map(([source, { sender }]) => [source, sender]));
    this.#sized = sized;
    if (this.#sizes === "large") this.#sizes = "one";
    for (const source of this.#senders.keys()) await this.#put(source);
  }

  #sender(peer: RTCPeerConnection, source: Source): RTCRtpTransceiver {
    const sendEncodings = [{ maxBitrate: LIMITS[source] }];
    const elsewhere = source === "camera" && linesOf(this.#sizes).sized;
    return peer.addTransceiver((elsewhere ? null : this.#trackOf(source)) ?? mediaOf(source), {
      direction: "sendonly",
      sendEncodings,
    });
  }

  #changed(peer: RTCPeerConnection): void {
    if (peer !== this.#peer) return;
    if (peer.connectionState === "connected") {
      this.#comeback.back();
      clearInterval(this.#statistics);
      this.#statistics = setInterval(() => void this.#measure(peer), STATISTICS_MS);
      this.#move("connected");
    } else if (["disconnected", "failed", "closed"].includes(peer.connectionState)) {
      this.#lose();
      this.#step();
    }
  }

  #lose(): void {
    this.#comeback.lost();
    if (this.#state !== "connecting") this.#move("lost");
  }

  async #measure(peer: RTCPeerConnection): Promise<void> {
    const statistics = readStatistics((await peer.getStats()).values());
    if (peer !== this.#peer || peer.connectionState !== "connected") return;
    const { weak, hold } = this.#judge.look(statistics, statistics.roundTrip ?? 0);
    this.figures.emit(this.#log.look(statistics, performance.now() / 1000));
    for (const receiver of peer.getReceivers()) {
      // Sound is not asked for again; the browser keeps it in step with the picture.
      if (receiver.track.kind !== "video" || !("jitterBufferTarget" in receiver)) continue;
      if (receiver.jitterBufferTarget !== hold) receiver.jitterBufferTarget = hold;
    }
    this.#move(weak ? "weak" : "connected");
  }

  #drop(): void {
    clearInterval(this.#statistics);
    const peer = this.#peer;
    this.#peer = this.#answer = null;
    this.#senders = new Map();
    this.#sized = null;
    this.#judge = new ReceptionJudge();
    this.#log = new FigureLog();
    this.figures.emit(null);
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

async function askWhetherAlive(signal: AbortSignal): Promise<void> {
  await fetch("/healthz", { cache: "no-store", signal });
}

function mediaOf(kind: Source | SlotKind): "audio" | "video" {
  return kind === "microphone" || kind === "voice" ? "audio" : "video";
}

/** The names of an offer's media lines, which are in the order in which they were added. */
function midsOf(sdp: string): string[] {
  return [...sdp.matchAll(/^a=mid:(\S+)/gm)].map(([, mid]) => mid ?? "");
}

function byMid<K>(mids: string[], kinds: readonly K[]): Record<string, K> {
  return Object.fromEntries(mids.map((mid, index) => [mid, kinds[index] as K]));
}
