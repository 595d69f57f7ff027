import type { AnyCommand, Language, Results, ServerMessage, ViewEvent } from "@/core/protocol";
import { delayOf } from "./backoff";
import { Emitter } from "./emitter";
import type { Credentials } from "./http";
import { late, Refusal, signedOut, unreachable } from "./refusal";

/** What the link to the server is doing; `replaced` means that the same person opened the page elsewhere. */
export type LinkState = "closed" | "connecting" | "open" | "waiting" | "signed_out" | "replaced";

/** A command without the parts that the connection adds. */
export type CommandOf<T extends AnyCommand["type"]> = Omit<Extract<AnyCommand, { type: T }>, "type" | "id">;

interface Pending {
  readonly text: string;
  readonly again: boolean;
  sent: boolean;
  readonly timer: ReturnType<typeof setTimeout>;
  resolve(result: unknown): void;
  reject(reason: Refusal): void;
}

const COMMAND_TIMEOUT_MS = 15_000;
/** How long an attempt may take: short ones find the network that is back, a long one a network that is slow. */
const OPEN_LIMITS_MS = [3_000, 3_000, 8_000];
/** A link that stayed up this long starts its next back-off from the beginning. */
const STEADY_MS = 10_000;
/** Browsers cannot ping, so the page says who it is again; that also tells the server of a renewed token. */
const HEARTBEAT_MS = 5_000;
/** A heartbeat that is not answered in this time means a dead link. */
const SILENT_MS = 4_000;
/** The same when something else says that the link may be dead. */
const SUSPECTED_MS = 2_000;
const SIGNED_OUT = 4401;
/** Answers to a heartbeat that end the sign-in. Any other says that the link is there and the server has a trouble of its own. */
const NOT_SIGNED_IN: ReadonlySet<string> = new Set(["unauthenticated", "token_invalid", "session_ended"]);
const REPLACED = 4409;

/**
 * Commands whose repetition changes nothing, so that they are sent once more when the answer was lost with the link.
 * Every other command that was already sent is refused then: the next view shows whether it was carried out.
 */
const IDEMPOTENT: ReadonlySet<AnyCommand["type"]> = new Set([
  "watch",
  "unwatch",
  "enter_call",
  "show_document",
  "set_status",
  "request_still",
  "open_form",
  "change_field",
]);

/** The page's one WebSocket: typed commands, live views, and a link that comes back by itself. */
export class Connection {
  readonly state = new Emitter<LinkState>();
  readonly views = new Emitter<ViewEvent>();
  /** A view that the server could not make, in words; it sends the view when it can again. */
  readonly failures = new Emitter<Refusal>();
  #state: LinkState = "closed";
  #socket: WebSocket | null = null;
  #wanted = false;
  #attempt = 0;
  #next = 1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #guard: ReturnType<typeof setTimeout> | undefined;
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  readonly #pending = new Map<number, Pending>();
  readonly #watched = new Set<string>();
  readonly #online = () => this.check();

  constructor(
    private readonly credentials: Credentials,
    private readonly language: () => Language,
    private readonly address = socketAddress,
  ) {}

  get current(): LinkState {
    return this.#state;
  }

  open(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    addEventListener("online", this.#online);
    this.#connect();
  }

  close(): void {
    this.#stop("closed");
  }

  /** The network went away or came back: an open link has to prove itself, a broken one is tried at once. */
  check(): void {
    const socket = this.#socket;
    if (this.#state === "open" && socket) this.#sendHeartbeat(socket, SUSPECTED_MS);
    else if (this.#state === "waiting" || (this.#state === "connecting" && this.#attempt > 0)) this.#hurry();
  }

  /** Tells the server now what it hears with each heartbeat: its sentences come in the page's language. */
  tell(): void {
    if (this.#state === "open" && this.#socket) this.#sendHeartbeat(this.#socket, SILENT_MS);
  }

  /** Connects anew, so that every topic is sent whole again. */
  restart(): void {
    if (this.#state === "open") this.#hurry();
  }

  /** Has the events of a case sent, again after every reconnect. */
  async watch(caseId: string): Promise<void> {
    this.#watched.add(caseId);
    await this.command("watch", { case_id: caseId });
  }

  async unwatch(caseId: string): Promise<void> {
    this.#watched.delete(caseId);
    await this.command("unwatch", { case_id: caseId });
  }

  /** Carries a command out; raises `Refusal` with the server's sentence, or that the server cannot be reached. */
  command<T extends AnyCommand["type"]>(type: T, fields: CommandOf<T>): Promise<Results[T]> {
    const id = this.#next++;
    const text = JSON.stringify({ type, id, ...fields });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#settle(id)?.reject(this.#state === "open" ? late() : unreachable());
      }, COMMAND_TIMEOUT_MS);
      const settled = resolve as (result: unknown) => void;
      const pending = { text, again: IDEMPOTENT.has(type), sent: false, timer, resolve: settled, reject };
      this.#pending.set(id, pending);
      if (this.#state === "open") this.#send(pending);
    });
  }

  #connect(): void {
    clearTimeout(this.#timer);
    this.#move("connecting");
    const socket = new WebSocket(this.address());
    this.#socket = socket;
    const limit = OPEN_LIMITS_MS[this.#attempt % OPEN_LIMITS_MS.length] ?? 0;
    this.#guard = setTimeout(() => this.#lost(socket, 0), limit);
    socket.onopen = () => this.#authenticate(socket);
    socket.onmessage = (event: MessageEvent<string>) => this.#receive(socket, event.data);
    socket.onclose = (event) => this.#lost(socket, event.code);
  }

  #authenticate(socket: WebSocket): void {
    const token = this.credentials.token ?? "";
    socket.send(JSON.stringify({ type: "authenticate", id: 0, token, language: this.language() }));
  }

  #receive(socket: WebSocket, text: string): void {
    if (socket !== this.#socket) return;
    const message = JSON.parse(text) as ServerMessage;
    if (message.type === "event") {
      this.views.emit(message);
    } else if (message.type === "failed") {
      this.failures.emit(Refusal.fromServer(message.code, message.message));
    } else if (message.id === 0 && this.#state !== "open") {
      this.#opened(socket);
    } else if (message.type === "done") {
      this.#settle(message.id)?.resolve(message.result);
    } else {
      this.#settle(message.id)?.reject(Refusal.fromServer(message.code, message.message));
    }
  }

  #opened(socket: WebSocket): void {
    clearTimeout(this.#guard);
    this.#guard = setTimeout(() => {
      if (socket === this.#socket) this.#attempt = 0;
    }, STEADY_MS);
    this.#move("open");
    for (const caseId of this.#watched) {
      socket.send(JSON.stringify({ type: "watch", id: this.#next++, case_id: caseId }));
    }
    for (const pending of this.#pending.values()) this.#send(pending);
    this.#heartbeat = setInterval(() => this.#sendHeartbeat(socket, SILENT_MS), HEARTBEAT_MS);
  }

  #sendHeartbeat(socket: WebSocket, limit: number): void {
    const guard = setTimeout(() => this.#lost(socket, 0), limit);
    const fields = { token: this.credentials.token ?? "", language: this.language() };
    this.command("authenticate", fields)
      .catch((refused: Refusal) => {
        if (refused.code === "unreachable") this.#lost(socket, 0);
        else if (NOT_SIGNED_IN.has(refused.code)) this.#lost(socket, SIGNED_OUT);
      })
      .finally(() => clearTimeout(guard));
  }

  #lost(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return;
    this.#drop();
    for (const [id, pending] of this.#pending) {
      if (pending.sent && !pending.again) this.#settle(id)?.reject(unreachable());
    }
    if (code === REPLACED) this.#stop("replaced");
    else if (code === SIGNED_OUT) void this.#renew();
    else this.#retry();
  }

  async #renew(): Promise<void> {
    this.#move("waiting");
    try {
      if (await this.credentials.renew()) this.#retry();
      else this.#stop("signed_out");
    } catch {
      this.#retry();
    }
  }

  #retry(): void {
    if (!this.#wanted) return;
    this.#move("waiting");
    this.#timer = setTimeout(() => this.#connect(), delayOf(this.#attempt++, Math.random()));
  }

  #hurry(): void {
    this.#drop();
    this.#attempt = 0;
    this.#connect();
  }

  #drop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#guard);
    clearInterval(this.#heartbeat);
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #stop(state: LinkState): void {
    this.#wanted = false;
    removeEventListener("online", this.#online);
    this.#drop();
    // Taken up here again, the page looks at what it looked at before.
    if (state !== "replaced") this.#watched.clear();
    const reason = state === "signed_out" ? signedOut() : unreachable();
    for (const id of [...this.#pending.keys()]) this.#settle(id)?.reject(reason);
    this.#move(state);
  }

  #send(pending: Pending): void {
    pending.sent = true;
    this.#socket?.send(pending.text);
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    if (pending) clearTimeout(pending.timer);
    this.#pending.delete(id);
    return pending;
  }

  #move(state: LinkState): void {
    this.#state = state;
    this.state.emit(state);
  }
}

function socketAddress(): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/v1/socket`;
}
