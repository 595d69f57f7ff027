import { computed, markRaw, ref, shallowRef } from "vue";
import { type CommandOf, Connection, type LinkState } from "@/core/connection/connection";
import { Http } from "@/core/connection/http";
import { Listing } from "@/core/connection/listing";
import { asRefusal, type Refusal } from "@/core/connection/refusal";
import { Session } from "@/core/connection/session";
import { openFaceDevices } from "@/core/devices/faceDevices";
import { type Figures, LOOKS } from "@/core/media/figures";
import { MediaLink, type LinkState as MediaState, type Source } from "@/core/media/link";
import type {
  AnyCommand,
  CallsView,
  CallView,
  CaseView,
  DeskView,
  FloorView,
  MediaAnswerBody,
  PointView,
  QueueView,
  Results,
  SignedInBody,
  SlotsView,
  View,
  WaitingView,
} from "@/core/protocol";
import { isChinese, language, t } from "@/kit/i18n";
import type { Key } from "@/kit/i18n/words";

/** Seconds, in one report. */
const MOST_FROZEN = 60;
const CONNECTION = "/api/v1/media/connection";
/** What is said of the other side's link; nothing while it does well. */
const OTHER_SIDE: Record<SlotsView["other_side"], Key | null> = {
  absent: "otherAbsent",
  lost: "otherLost",
  weak: "otherWeak",
  connected: null,
};

/** What is said of the page's own link when it does not carry everything. */
const LESS: Record<SlotsView["pictures"], Key | null> = {
  all: null,
  smaller: "networkSmaller",
  papers: "networkNoFaces",
  none: "networkOnlySound",
};

/** Who waits: the first cards in order, how many there are, and since when the first of them waits. */
export interface Queue {
  readonly cards: readonly WaitingView[];
  readonly waiting: number;
  readonly longestSince: string | null;
}

function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** One open page: who is signed in, the link to the server, the media, and the newest views to draw from. */
export class Station {
  readonly session = new Session(() => language.value);
  readonly http = new Http(this.session, () => language.value);
  readonly connection = new Connection(this.session, () => language.value);
  readonly media = new MediaLink((offer, signal) =>
    this.http.post<MediaAnswerBody>(CONNECTION, offer, signal),
  );

  readonly signedIn = shallowRef<SignedInBody | null>(null);
  readonly starting = ref(true);
  readonly link = ref<LinkState>("closed");
  readonly mediaState = ref<MediaState>("closed");
  /** How the media did in the last ten seconds; null while it does not flow. */
  readonly figures = shallowRef<Figures | null>(null);
  readonly point = shallowRef<PointView | null>(null);
  readonly desk = shallowRef<DeskView | null>(null);
  readonly queue = shallowRef<Queue>({ cards: [], waiting: 0, longestSince: null });
  readonly floor = shallowRef<FloorView | null>(null);
  readonly calls = shallowRef<readonly CallView[]>([]);
  readonly slots = shallowRef<SlotsView | null>(null);
  readonly caseFile = shallowRef<CaseView | null>(null);
  readonly streams = shallowRef<ReadonlyMap<string, MediaStream>>(new Map());
  readonly own = shallowRef<MediaStream | null>(null);
  readonly deviceProblem = ref<Key | null>(null);
  readonly refusal = shallowRef<Refusal | null>(null);
  readonly muted = ref(false);
  readonly paused = ref(false);
  readonly screen = shallowRef<MediaStream | null>(null);

  #looks = 0;
  readonly #cards = new Listing<WaitingView>(
    (card) => card.ticket_id,
    (one, other) => byText(one.credit_from, other.credit_from) || byText(one.ticket_id, other.ticket_id),
  );
  readonly #calls = new Listing<CallView>(
    (call) => call.ticket.ticket_id,
    (one, other) => byText(one.ticket.taken_at, other.ticket.taken_at),
  );

  /** In words, what is wrong with camera, microphone or network; null when nothing is. */
  readonly trouble = computed<string | null>(() => {
    if (this.deviceProblem.value) return t(this.deviceProblem.value);
    if (this.mediaState.value === "lost") return t("networkLost");
    const less = this.slots.value && LESS[this.slots.value.pictures];
    if (less && !this.slots.value?.only_sound) return t(less);
    if (this.mediaState.value === "weak") return t("networkWeak");
    if (!this.slots.value?.admitted) return null;
    const words = OTHER_SIDE[this.slots.value.other_side];
    return words ? t(words) : null;
  });

  constructor() {
    this.session.changed.listen((body) => this.#signed(body));
    this.connection.state.listen((state) => {
      this.link.value = state;
    });
    this.connection.views.listen((event) => this.#view(event.data));
    this.connection.failures.listen((failure) => {
      this.refusal.value = failure;
    });
    this.media.state.listen((state) => {
      // Media feels a break and its end first: packets flow all the time.
      if (state === "lost" || this.mediaState.value === "lost") this.connection.check();
      this.mediaState.value = state;
    });
    this.media.figures.listen((figures) => this.#measured(figures));
    this.media.streams.listen((streams) => {
      this.streams.value = markRaw(streams);
    });
  }

  /** Comes back by the cookie of an earlier sign-in, if there is one. */
  async start(): Promise<void> {
    try {
      await this.session.renew();
    } catch (error) {
      this.refusal.value = asRefusal(error);
    } finally {
      this.starting.value = false;
    }
  }

  /** Opens camera and microphone, and connects them; called again it tries again. */
  async openDevices(): Promise<void> {
    const { stream, problem } = await openFaceDevices();
    this.deviceProblem.value = problem;
    this.own.value = stream ? markRaw(stream) : null;
    await this.media.send("microphone", stream?.getAudioTracks()[0] ?? null);
    await this.media.send("camera", stream?.getVideoTracks()[0] ?? null);
    this.media.open();
  }

  /** Carries a command out; a refusal is shown, and null is the answer. */
  async command<T extends AnyCommand["type"]>(type: T, fields: CommandOf<T>): Promise<Results[T] | null> {
    this.refusal.value = null;
    try {
      return await this.connection.command(type, fields);
    } catch (error) {
      this.refusal.value = asRefusal(error);
      return null;
    }
  }

  /** What a refusal says, in the page's language. */
  readonly complaint = computed(() => {
    const refusal = this.refusal.value;
    return refusal ? (isChinese.value ? refusal.text.zh : refusal.text.en) : null;
  });

  toggleMute(): void {
    this.muted.value = !this.muted.value;
    for (const track of this.own.value?.getAudioTracks() ?? []) track.enabled = !this.muted.value;
  }

  toggleCamera(): void {
    this.paused.value = !this.paused.value;
    for (const track of this.own.value?.getVideoTracks() ?? []) track.enabled = !this.paused.value;
  }

  /** Asks for sound without pictures, or for pictures again. */
  async toggleOnlySound(): Promise<void> {
    await this.command("set_only_sound", { only_sound: !this.slots.value?.only_sound });
  }

  /** Shares a screen, or stops; the browser asks which one. */
  async toggleScreen(): Promise<void> {
    if (this.screen.value) {
      for (const track of this.screen.value.getTracks()) track.stop();
      this.screen.value = null;
      await this.media.send("screen", null);
      return;
    }
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: true }).catch(() => null);
    const track = stream?.getVideoTracks()[0];
    if (!stream || !track) return;
    track.contentHint = "detail";
    track.onended = () => {
      if (this.screen.value === stream) void this.toggleScreen();
    };
    this.screen.value = markRaw(stream);
    await this.media.send("screen", track);
  }

  async signOut(): Promise<void> {
    await this.session.signOut().catch((error: unknown) => {
      this.refusal.value = asRefusal(error);
    });
  }

  /** The stream that shows this source of somebody else, null while nobody shows it. */
  incoming(source: Source): MediaStream | null {
    const slot = this.slots.value?.slots.find((one) => one.source === source);
    return (slot && this.streams.value.get(slot.mid)) ?? null;
  }

  #measured(figures: Figures | null): void {
    this.figures.value = figures;
    if (!figures || !this.slots.value?.admitted) this.#looks = 0;
    else if (++this.#looks % LOOKS === 0) void this.#report(figures);
  }

  /** Tells the server how it went; a report that does not get through leaves a gap, and its reason is shown anyway. */
  async #report({ framesPerSecond: _, roundTrip, lossUp, lossDown, ...same }: Figures): Promise<void> {
    // One freeze may have lasted longer than the ten seconds: it counts when it is over.
    const frozen = Math.min(same.frozen, MOST_FROZEN);
    const fields = { ...same, frozen, round_trip: roundTrip, loss_up: lossUp, loss_down: lossDown };
    await this.connection.command("report_reception", fields).catch(() => undefined);
  }

  #signed(body: SignedInBody | null): void {
    this.signedIn.value = body;
    if (body) this.connection.open();
    else this.#leave();
  }

  #leave(): void {
    this.connection.close();
    this.media.close();
    for (const track of this.own.value?.getTracks() ?? []) track.stop();
    this.own.value = null;
    this.point.value = null;
    this.desk.value = null;
    this.floor.value = null;
    this.slots.value = null;
  }

  #view(view: View): void {
    if (view.type === "case_view") this.caseFile.value = view;
    else if (view.type === "point_view") this.point.value = view;
    else if (view.type === "desk_view") this.desk.value = view;
    else if (view.type === "queue_view") this.#queueChanged(view);
    else if (view.type === "floor_view") this.floor.value = view;
    else if (view.type === "calls_view") this.#callsChanged(view);
    else if (view.type === "slots_view") {
      this.slots.value = view;
      void this.media.useOnlySound(view.only_sound);
      // No slots: the server does not know this page's media any more, after a restart of its own.
      const known = view.slots.length > 0;
      if (!known && ["connected", "weak", "lost"].includes(this.media.current)) this.media.reconnect();
    }
  }

  #queueChanged(change: QueueView): void {
    if (!this.#cards.take(change)) this.connection.restart();
    this.queue.value = {
      cards: this.#cards.rows,
      waiting: change.waiting,
      longestSince: change.longest_since,
    };
  }

  #callsChanged(change: CallsView): void {
    if (!this.#calls.take(change)) this.connection.restart();
    this.calls.value = this.#calls.rows;
  }
}
