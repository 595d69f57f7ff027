import type { Language, ProblemBody } from "../protocol";
import { garbled, Refusal, unreachable } from "./refusal";

/** What a request needs to know of who is signed in. */
export interface Credentials {
  /** The access token, null when nobody is signed in. */
  readonly token: string | null;
  /** Gets a new token by the cookie; false when the sign-in is over. */
  renew(): Promise<boolean>;
}

type Method = "GET" | "POST" | "DELETE";

const TIMEOUT_MS = 15_000;

/** Requests to the server of this page; every failure is a `Refusal`. */
export class Http {
  constructor(
    private readonly credentials: Credentials,
    private readonly language: () => Language,
  ) {}

  async get<T>(path: string): Promise<T> {
    return json<T>(await this.request("GET", path));
  }

  async post<T>(path: string, body: object = {}): Promise<T> {
    return json<T>(await this.request("POST", path, JSON.stringify(body), "application/json"));
  }

  /** Sends bytes as they are, such as a PDF. */
  async send<T>(path: string, body: Blob): Promise<T> {
    return json<T>(await this.request("POST", path, body, body.type));
  }

  /** Fetches bytes that only the signed-in person may see. */
  async bytes(path: string): Promise<Blob> {
    return (await this.request("GET", path)).blob();
  }

  private async request(method: Method, path: string, body?: BodyInit, type?: string): Promise<Response> {
    const first = await this.once(method, path, body, type);
    if (first.status !== 401) return checked(first);
    if (!(await this.credentials.renew())) return checked(first);
    return checked(await this.once(method, path, body, type));
  }

  private once(method: Method, path: string, body?: BodyInit, type?: string): Promise<Response> {
    const headers: Record<string, string> = { "Accept-Language": this.language() };
    if (type) headers["Content-Type"] = type;
    if (this.credentials.token) headers.Authorization = `Bearer ${this.credentials.token}`;
    return reach(path, { method, headers, body: body ?? null });
  }
}

/** `fetch` with a time limit, whose only failure is that the server cannot be reached. */
export async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
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
