import type {
  ChangePasswordBody,
  EntranceBody,
  GuestEntranceBody,
  Language,
  ResultBody,
  ResultLinkBody,
  SignedInBody,
  SignInBody,
  SupplementEntranceBody,
  VisitCodeBody,
  VisitLinkBody,
} from "@/core/protocol";
import { Emitter } from "./emitter";
import { ENTRANCE } from "./entrance";
import { type Credentials, checked, json, reach } from "./http";
import { Refusal } from "./refusal";

const SIGN_IN = "/api/v1/sign-in";
const PASSWORD = "/api/v1/password";
const RENEW = "/api/v1/token";
const SIGN_OUT = "/api/v1/sign-out";
const CALL_ENTRANCE = "/api/v1/guest-entrance";
const SENDERS_ENTRANCE = "/api/v1/supplement-entrance";
const CODE = "/api/v1/visit-code";
const RESULT = "/api/v1/result";

/** A token is renewed this long before it ends. */
const MARGIN_MS = 60_000;
const RETRY_MS = 5_000;
/** Notes in this browser that somebody signed in and not out again: scripts cannot see the cookie itself. */
const STAYED = "cloud-window-stayed";

/** Who is signed in; the access token lives in memory only, the renewal token in a cookie that scripts cannot read. */
export class Session implements Credentials {
  readonly changed = new Emitter<SignedInBody | null>();
  #body: SignedInBody | null = null;
  #renewing: Promise<boolean> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #renewal: { readonly path: string; readonly body: object } = { path: RENEW, body: {} };

  constructor(private readonly language: () => Language) {}

  get token(): string | null {
    return this.#body?.access_token ?? null;
  }

  get signedIn(): SignedInBody | null {
    return this.#body;
  }

  /** Whether somebody has signed in here who has not signed out, so that a renewal is likely to succeed. */
  get expected(): boolean {
    return localStorage.getItem(STAYED) !== null;
  }

  /** Signs in; raises the server's refusal when account and password do not fit. */
  async signIn(account: string, password: string): Promise<SignedInBody> {
    const body: SignInBody = { account, password };
    // A renewal that is under way would end this sign-in with its own failure.
    await this.#renewing?.catch(() => false);
    return this.#accept(await this.#post(SIGN_IN, body));
  }

  /** Comes in by a visitor's link, now and at each renewal; raises the server's refusal of a link that has ended. */
  enter(link: string): Promise<SignedInBody> {
    const body: EntranceBody = { link };
    return this.#comeIn(ENTRANCE, body);
  }

  /** The same by a link into a call, which is good in one browser. */
  enterCall(link: string, browser: string): Promise<SignedInBody> {
    const body: GuestEntranceBody = { link, browser };
    return this.#comeIn(CALL_ENTRANCE, body);
  }

  /** The same by a link to send what is missing of a case. */
  enterToSend(link: string): Promise<SignedInBody> {
    const body: SupplementEntranceBody = { link };
    return this.#comeIn(SENDERS_ENTRANCE, body);
  }

  /** The secret of a new link for a visitor's code, which is good no more; raises the server's refusal. */
  async exchange(code: string): Promise<string> {
    const body: VisitCodeBody = { visit_code: code };
    return (await json<VisitLinkBody>(await this.#post(CODE, body))).link;
  }

  /** What was decided of the case whose result a link opens; nobody is signed in by it. Raises the server's refusal. */
  async result(link: string): Promise<ResultBody> {
    const body: ResultLinkBody = { result_link: link };
    return json<ResultBody>(await this.#post(RESULT, body));
  }

  /** The notice of that decision, as PDF. */
  async resultNotice(link: string): Promise<Blob> {
    const body: ResultLinkBody = { result_link: link };
    return (await this.#post(`${RESULT}/pdf`, body)).blob();
  }

  /** Changes the password and signs in; raises the server's refusal, as of a password that is easily guessed. */
  async changePassword(account: string, password: string, chosen: string): Promise<SignedInBody> {
    const body: ChangePasswordBody = { account, password, new_password: chosen };
    await this.#renewing?.catch(() => false);
    return this.#accept(await this.#post(PASSWORD, body));
  }

  /** Gets a new access token by the cookie or the link; callers at the same time share one request. */
  renew(): Promise<boolean> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  async signOut(): Promise<void> {
    try {
      await this.#post(SIGN_OUT, {});
    } finally {
      this.#end();
    }
  }

  async #comeIn(path: string, body: object): Promise<SignedInBody> {
    this.#renewal = { path, body };
    return this.#accept(await this.#post(path, body));
  }

  async #renew(): Promise<boolean> {
    try {
      await this.#accept(await this.#post(this.#renewal.path, this.#renewal.body));
      return true;
    } catch (error) {
      if (error instanceof Refusal && (error.status === 401 || error.status === 403)) {
        this.#end();
        return false;
      }
      this.#renewLater(RETRY_MS);
      throw error;
    }
  }

  async #post(path: string, body: object): Promise<Response> {
    const headers: Record<string, string> = {
      "Content-Type": "application/json",
      "Accept-Language": this.language(),
    };
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    return checked(await reach(path, { method: "POST", headers, body: JSON.stringify(body) }));
  }

  async #accept(response: Response): Promise<SignedInBody> {
    const body = await json<SignedInBody>(response);
    this.#body = body;
    if (this.#renewal.path === RENEW) localStorage.setItem(STAYED, "yes");
    this.#renewLater(Math.max(RETRY_MS, Date.parse(body.expires_at) - Date.now() - MARGIN_MS));
    this.changed.emit(body);
    return body;
  }

  #renewLater(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.renew().catch(() => false), delay);
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#body = null;
    if (this.#renewal.path === RENEW) localStorage.removeItem(STAYED);
    this.changed.emit(null);
  }
}
