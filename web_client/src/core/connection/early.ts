const TIMEOUT_MS = 15_000;

/** A request that was sent before the code of the page was there. */
interface Sent {
  readonly body: string | null;
  readonly response: Promise<Response>;
}

const sent = new Map<string, Sent>();
/** What the page has asked by itself: an answer that comes after that would be an old one when it is asked again. */
const asked = new Set<string>();

/** Sends what the page will ask first; the answer waits for the page. Null where that has asked by now. */
export async function sendEarly(
  path: string,
  headers: Record<string, string>,
  body: string | null = null,
): Promise<Response | null> {
  if (asked.has(path)) return null;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = fetch(path, { method: body === null ? "GET" : "POST", headers, body, signal });
  sent.set(path, { body, response });
  // The page, which takes it as well, reads one of the two.
  return (await response).clone();
}

/** The answer to the same request if it was sent early, once; null where it was not, or where nothing came. */
export function takeEarly(path: string, body: unknown): Promise<Response | null> | null {
  const found = sent.get(path);
  asked.add(path);
  sent.delete(path);
  if (!found || found.body !== (body ?? null)) return null;
  return found.response.catch(() => null);
}
