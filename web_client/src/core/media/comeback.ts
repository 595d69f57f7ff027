/** What to do next about a media connection that does not carry: `restart` renews its paths, `anew` makes another. */
export type Step = "wait" | "probe" | "restart" | "anew";

const PROBE_MS = 1_000;
/** A connection that comes back by itself does so in this time after the server could be reached again. */
const PATIENCE_MS = 1_500;
/** A new connection may have to fall back to TCP or a relay before it carries. */
const FIRST_PATIENCE_MS = 6_000;
/** Renewed paths are tried by the browser for about 15 s before it calls them failed. */
const RESTART_MS = 4_000;
/** Between offers that are not answered: close together while somebody waits, wider when the server says no. */
const OFFER_MS = 1_000;
const REFUSED_MS = 4_000;

/**
 * When to try what, after a media connection stopped carrying; times in milliseconds of any steady clock.
 *
 * Nothing is torn down while the network is away: the browser keeps trying the paths it has, which a restart keeps
 * alive, and goes on within a round trip of the link's return. Only when the server can be reached and the connection
 * still does not carry is another one made.
 */
export class Comeback {
  #away = false;
  #reachable: number | null = null;
  #probed = Number.NEGATIVE_INFINITY;
  #restarted = Number.NEGATIVE_INFINITY;
  #adopted: number | null = null;
  #next = Number.NEGATIVE_INFINITY;
  #carried = false;

  /** Whether something is to be done at all. */
  get away(): boolean {
    return this.#away;
  }

  /** The connection does not carry. */
  lost(): void {
    if (this.#away) return;
    this.#away = true;
    this.#reachable = null;
    this.#restarted = Number.NEGATIVE_INFINITY;
  }

  /** The connection carries. */
  back(): void {
    this.#away = false;
    this.#carried = true;
    this.#next = Number.NEGATIVE_INFINITY;
  }

  /** The server answered a probe. */
  reached(now: number): void {
    this.#reachable ??= now;
  }

  /** A new connection was agreed on with the server and is being set up. */
  adopted(now: number): void {
    this.#away = true;
    this.#reachable = now;
    this.#adopted = now;
    this.#carried = false;
  }

  /** An offer was not answered, or the server refused it. */
  failed(now: number, refused: boolean): void {
    this.#next = now + (refused ? REFUSED_MS : OFFER_MS);
  }

  /** Something changed for the better: what is to be tried is tried now. */
  hurry(): void {
    this.#next = this.#probed = this.#restarted = Number.NEGATIVE_INFINITY;
  }

  /** What to do now, with a connection in this state; null when there is none. Counts it as done. */
  step(now: number, peer: RTCPeerConnectionState | null): Step {
    if (!this.#away) return "wait";
    if (peer === null || peer === "closed") return now >= this.#next ? "anew" : "wait";
    if (this.#reachable !== null && now >= this.#next) {
      const since = Math.max(this.#reachable, this.#adopted ?? this.#reachable);
      if (now - since >= (this.#carried ? PATIENCE_MS : FIRST_PATIENCE_MS)) return "anew";
    }
    if (peer === "failed" && now - this.#restarted >= RESTART_MS) {
      this.#restarted = now;
      return "restart";
    }
    if (now - this.#probed < PROBE_MS) return "wait";
    this.#probed = now;
    return "probe";
  }
}
