import type { Language, ProblemBody } from "@/core/protocol";
import { takeEarly } from "./early";
import { garbled, Refusal, unreachable } from "./refusal";

/** What a request needs to know of who is signed in. */
export interface Credentials {
  /** The access token, null when nobody is signed in. */
  readonly token: string | null;
  /** Gets a new token by the cookie; false when the sign-in is over. */
  renew(): Promise<boolean>;
}

type Method = "GET" | "POST" | "PUT" | "DELETE";

const TIMEOUT_MS = 15_000;
/** A file may take its time, while it comes: an evidence package is built before its first byte. */
const STALL_MS = 120_000;

/** Requests to the server of this page; every failure is a `Refusal`. */
export class Http {
  constructor(
    private readonly credentials: Credentials,
    private readonly language: () => Language,
  ) {}

  async get<T>(path: string): Promise<T> {
    return json<T>(await this.request("GET", path));
  }

  /** Asks for what the server may have to make first, such as a replay. */
  async getSlowly<T>(path: string): Promise<T> {
    return json<T>(await this.request("GET", path, undefined, undefined, AbortSignal.timeout(STALL_MS)));
  }

  async post<T>(path: string, body: object = {}, signal?: AbortSignal): Promise<T> {
    return json<T>(await this.request("POST", path, JSON.stringify(body), "application/json", signal));
  }

  async put<T>(path: string, body: object): Promise<T> {
    return json<T>(await this.request("PUT", path, JSON.stringify(body), "application/json"));
  }

  /** Sends bytes as they are, such as a PDF. */
  async send<T>(path: string, body: Blob): Promise<T> {
    return json<T>(await this.request("POST", path, body, body.type));
  }

  /** Fetches bytes that only the signed-in person may see. */
  async bytes(path: string): Promise<Blob> {
    return (await this.request("GET", path)).blob();
  }

  /** Fetches a file of any length; `progress` is told the share that has come, 0 to 1. */
  async download(path: string, progress: (share: number) => void): Promise<Blob> {
    const stalled = new AbortController();
    let timer = setTimeout(() => stalled.abort(), STALL_MS);
    try {
      const response = await this.request("GET", path, undefined, undefined, stalled.signal);
      const total = Number(response.headers.get("Content-Length"));
      const pieces: BlobPart[] = [];
      let received = 0;
      for await (const piece of piecesOf(response)) {
        clearTimeout(timer);
        timer = setTimeout(() => stalled.abort(), STALL_MS);
        pieces.push(piece);
        received += piece.length;
        if (total) progress(received / total);
      }
      return new Blob(pieces, { type: response.headers.get("Content-Type") ?? "" });
    } finally {
      clearTimeout(timer);
    }
  }

  private async request(
    method: Method,
    path: string,
    body?: BodyInit,
    type?: string,
    signal?: AbortSignal,
  ): Promise<Response> {
    const first = await this.once(method, path, body, type, signal);
    if (first.status !== 401) return checked(first);
    if (!(await this.credentials.renew())) return checked(first);
    return checked(await this.once(method, path, body, type, signal));
  }

  private once(
    method: Method,
    path: string,
    body?: BodyInit,
    type?: string,
    signal?: AbortSignal,
  ): Promise<Response> {
    const headers: Record<string, string> = { "Accept-Language": this.language() };
    if (type) headers["Content-Type"] = type;
    if (this.credentials.token) headers.Authorization = `Bearer ${this.credentials.token}`;
    return reach(path, { method, headers, body: body ?? null, signal: signal ?? null });
  }
}

/** `fetch` with a time limit where none is given, whose only failure is that the server cannot be reached. */
export async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    const early = takeEarly(path, init.body);
    const came = early && (await early);
    if (came) return came;
    return await fetch(path, { ...init, signal: init.signal ?? AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw unreachable();
  }
}

/** The body as it comes; its only failure is that the server cannot be reached. */
async function* piecesOf(response: Response): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader();
  if (!reader) return;
  try {
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      if (value) yield value;
    }
  } catch {
    throw unreachable();
  }
}

/** The response itself, or the refusal that it carries. */
export async function checked(response: Response): Promise<Response> {
  if (response.ok) return response;
  const problem = await response.json().catch(() => null);
  if (!isProblem(problem)) throw response.status >= 502 ? unreachable() : garbled();
  throw Refusal.fromServer(problem.code, problem.message, response.status);
}

/** The JSON of a response. */
export async function json<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch {
    throw garbled();
  }
}

function isProblem(value: unknown): value is ProblemBody {
  return typeof value === "object" && value !== null && "code" in value && "message" in value;
}
