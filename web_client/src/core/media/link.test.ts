import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Refusal } from "@/core/connection/refusal";
import type { MediaAnswerBody, MediaOfferBody } from "@/core/protocol";
import { type LinkState, MediaLink } from "./link";

/** The browser's peer connection; the test moves its state. */
class Peer {
  static all: Peer[] = [];
  connectionState: RTCPeerConnectionState = "new";
  signalingState = "stable";
  localDescription = { sdp: "offer" };
  onconnectionstatechange: (() => void) | null = null;
  restarts = 0;
  looksForPaths = false;
  /** Microphone, camera, document, screen, the camera in two sizes; then the slots'. */
  readonly senders: { track: unknown; encodings: { active: boolean }[] }[] = [];
  readonly answers: string[] = [];
  readonly #receivers: { track: { kind: string }; jitterBufferTarget: number | null }[] = [];

  constructor(public configuration: RTCConfiguration) {
    Peer.all.push(this);
  }

  addTransceiver(kind: string, { sendEncodings }: RTCRtpTransceiverInit = {}): object {
    const receiver = { track: { kind }, jitterBufferTarget: null };
    this.#receivers.push(receiver);
    const sender = {
      track: null as unknown,
      encodings: (sendEncodings ?? []).map(() => ({ active: true })),
      getParameters: () => ({ encodings: sender.encodings.map((one) => ({ ...one })) }),
      setParameters: async ({ encodings }: { encodings: { active: boolean }[] }) => {
        sender.encodings = encodings;
      },
      replaceTrack: async (track: unknown) => {
        sender.track = track;
      },
    };
    this.senders.push(sender);
    return { mid: String(this.#receivers.length), sender, receiver };
  }

  getReceivers = () => this.#receivers;
  getStats = async () => new Map();
  setConfiguration = (configuration: RTCConfiguration) => {
    if (this.looksForPaths) throw new Error("too late for the paths that are being looked for");
    this.configuration = configuration;
  };
  createOffer = async () => ({
    type: "offer",
    sdp: this.#receivers.map((_, index) => `a=mid:${index + 1}\r\n`).join(""),
  });
  setLocalDescription = async () => {
    this.looksForPaths = true;
  };
  setRemoteDescription = async ({ sdp }: { sdp: string }) => {
    this.answers.push(sdp);
  };

  restartIce(): void {
    this.restarts += 1;
  }

  close(): void {
    this.connectionState = "closed";
  }

  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

function newest(): Peer {
  const found = Peer.all.at(-1);
  if (!found) throw new Error("no connection was made");
  return found;
}

describe("MediaLink", () => {
  let answer: (offer: MediaOfferBody, signal: AbortSignal) => Promise<MediaAnswerBody>;
  let reachable: boolean;
  let states: LinkState[];
  let link: MediaLink;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("RTCPeerConnection", Peer);
    vi.stubGlobal("MediaStream", class {});
    vi.spyOn(console, "warn").mockReturnValue();
    Peer.all = [];
    reachable = false;
    states = [];
    answer = async () => ({ sdp: `answer ${Peer.all.length}`, ice_servers: [], relay_only: false });
    link = new MediaLink(
      (offer, signal) => answer(offer, signal),
      async () => {
        if (!reachable) throw new Error("cut");
      },
    );
    link.state.listen((state) => states.push(state));
  });

  afterEach(() => {
    link.close();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  async function connected(): Promise<Peer> {
    link.open();
    await vi.advanceTimersByTimeAsync(0);
    newest().become("connected");
    return newest();
  }

  it("says lost, keeps the connection through a cut, and goes on with it", async () => {
    const peer = await connected();
    peer.become("disconnected");
    await vi.advanceTimersByTimeAsync(12_000);
    peer.become("connected");
    await vi.advanceTimersByTimeAsync(12_000);
    expect(Peer.all).toEqual([peer]);
    expect(states).toEqual(["connecting", "connected", "lost", "connected"]);
  });

  it("renews the paths of a failed connection with the answer it has, without the server", async () => {
    const peer = await connected();
    answer = () => Promise.reject(new Error("not reachable"));
    peer.become("failed");
    await vi.advanceTimersByTimeAsync(0);
    expect([peer.restarts, peer.answers]).toEqual([1, ["answer 1", "answer 1"]]);
    expect(Peer.all).toHaveLength(1);
  });

  it("makes another when the server is there again, and lets the first go only when that is agreed", async () => {
    const first = await connected();
    let agree: (body: MediaAnswerBody) => void = () => undefined;
    answer = () =>
      new Promise((resolve) => {
        agree = resolve;
      });
    first.become("disconnected");
    reachable = true;
    await vi.advanceTimersByTimeAsync(3_500);
    expect(Peer.all).toHaveLength(2);
    expect(first.connectionState).toBe("disconnected");
    agree({ sdp: "second", ice_servers: [], relay_only: false });
    await vi.advanceTimersByTimeAsync(0);
    expect(first.connectionState).toBe("closed");
    newest().become("connected");
    expect(states.at(-1)).toBe("connected");
  });

  it("looks for paths at once when the browser says that a network is there", async () => {
    const peer = await connected();
    dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(0);
    expect(peer.restarts).toBe(1);
  });

  it("offers again a second after nobody answered, each time with a limit", async () => {
    const limits: AbortSignal[] = [];
    answer = (_, signal) => {
      limits.push(signal);
      return Promise.reject(new Refusal("unreachable", { zh: "", en: "" }));
    };
    link.open();
    await vi.advanceTimersByTimeAsync(3_400);
    expect(limits).toHaveLength(4);
    expect(Peer.all.every((peer) => peer.connectionState === "closed")).toBe(true);
    expect(states).toEqual(["connecting"]);
  });

  it("sets the relays that the server names before it looks for paths, and no path without them when told so", async () => {
    const ice_servers = [{ urls: ["turn:relay.example"], username: "u", credential: "c" }];
    answer = async () => ({ sdp: "answer", ice_servers, relay_only: true });
    const peer = await connected();
    expect(peer.configuration.iceServers).toEqual(ice_servers);
    expect(peer.configuration.iceTransportPolicy).toBe("relay");
    expect(peer.looksForPaths).toBe(true);
  });

  it("says what each media line is for before there are paths", async () => {
    let asked: MediaOfferBody | undefined;
    answer = async (offer) => {
      asked = offer;
      expect(newest().looksForPaths).toBe(false);
      return { sdp: "answer", ice_servers: [], relay_only: false };
    };
    await connected();
    expect(asked?.sources).toEqual({ 1: "microphone", 2: "camera", 3: "document", 4: "screen", 5: "camera" });
    expect(Object.keys(asked?.slots ?? {})).toEqual([
      "6",
      "7",
      "8",
      "9",
      "10",
      "11",
      "12",
      "13",
      "14",
      "15",
      "16",
      "17",
      "18",
      "19",
    ]);
  });

  it("keeps the camera to itself while only sound is wanted, over a new connection too", async () => {
    const peer = await connected();
    const [voice, face] = [{ kind: "audio" }, { kind: "video" }] as unknown as MediaStreamTrack[];
    await link.send("microphone", voice as MediaStreamTrack);
    await link.send("camera", face as MediaStreamTrack);
    const sent = ({ senders }: Peer) => senders.slice(0, 2).map(({ track }) => track);
    expect(sent(peer)).toEqual([voice, face]);
    await link.useOnlySound(true);
    expect(sent(peer)).toEqual([voice, null]);
    link.reconnect();
    await vi.advanceTimersByTimeAsync(0);
    expect(sent(newest())).toEqual([voice, null]);
    await link.useOnlySound(false);
    expect(sent(newest())).toEqual([voice, face]);
  });

  it("sends two sizes while three are seen, lets the smaller rest after, and begins the next call with one", async () => {
    const peer = await connected();
    const face = { kind: "video" } as unknown as MediaStreamTrack;
    await link.send("camera", face);
    const lines = ({ senders }: Peer) =>
      [senders[1], senders[4]].map((one) => [one?.track, one?.encodings.map(({ active }) => active)]);
    const one = [
      [face, [true]],
      [null, [false, false]],
    ];
    expect(lines(peer)).toEqual(one);
    await link.useSizes(false, true);
    expect(lines(peer)).toEqual(one);
    await link.useSizes(true, true);
    const rests = [null, [false]];
    expect(lines(peer)).toEqual([rests, [face, [true, true]]]);
    await link.useOnlySound(true);
    expect(lines(peer)).toEqual([rests, [null, [false, false]]]);
    await link.useOnlySound(false);
    await link.useSizes(false, true);
    expect(lines(peer)).toEqual([rests, [face, [false, true]]]);
    await link.useSizes(false, false);
    expect(lines(peer)).toEqual(one);
  });

  it("goes over to two sizes and back in the order told, however quickly", async () => {
    const peer = await connected();
    const face = { kind: "video" } as unknown as MediaStreamTrack;
    await Promise.all([
      link.send("camera", face),
      link.useSizes(true, true),
      link.useSizes(false, true),
      link.useSizes(true, true),
    ]);
    expect([peer.senders[1]?.track, peer.senders[4]?.track]).toEqual([null, face]);
    link.reconnect();
    await vi.advanceTimersByTimeAsync(0);
    expect([newest().senders[1]?.track, newest().senders[4]?.track]).toEqual([null, face]);
  });

  it("keeps the one line when the second cannot carry the camera, and goes over when it is told again", async () => {
    const peer = await connected();
    const face = { kind: "video" } as unknown as MediaStreamTrack;
    const carried = () => [peer.senders[1]?.track, peer.senders[4]?.track];
    await link.send("camera", face);
    const second = peer.senders[4] as unknown as RTCRtpSender;
    const fails = vi.spyOn(second, "setParameters").mockRejectedValueOnce(new Error("no encoder"));
    await link.useSizes(true, true);
    expect([fails.mock.calls.length, carried()]).toEqual([1, [face, null]]);
    await link.useSizes(true, true);
    expect(carried()).toEqual([null, face]);
  });

  it("switches off the encoding of what has no track, since Firefox would repeat its last frame for ever", async () => {
    const peer = await connected();
    const active = ({ senders }: Peer) => senders.slice(0, 2).map(({ encodings }) => encodings[0]?.active);
    const face = { kind: "video" } as unknown as MediaStreamTrack;
    expect(active(peer)).toEqual([false, false]);
    await link.send("camera", face);
    expect(active(peer)).toEqual([false, true]);
    await link.send("camera", null);
    expect(active(peer)).toEqual([false, false]);
  });

  it("holds received pictures back while many have to be asked for again", async () => {
    const peer = await connected();
    const lossy = {
      type: "inbound-rtp",
      kind: "video",
      packetsReceived: 900,
      packetsLost: 100,
      nackCount: 100,
    };
    peer.getStats = async () => new Map([["in", lossy]]);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(link.current).toBe("weak");
    const holds = (kind: string) =>
      new Set(
        peer
          .getReceivers()
          .filter(({ track }) => track.kind === kind)
          .map(({ jitterBufferTarget }) => jitterBufferTarget),
      );
    expect([holds("video"), holds("audio")]).toEqual([new Set([350]), new Set([null])]);
  });
});
