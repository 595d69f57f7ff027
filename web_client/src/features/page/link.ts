/** The secret of the link by which this page was opened; it stays in the tab, and leaves the address at once. */
const SECRET = /^#([0-9a-f]{32}|[0-9A-Z]{20}|[0-9A-Z]{28})$/;
const TO_SEND = /^[0-9A-Z]{20}$/;
const TO_READ = /^[0-9A-Z]{28}$/;
const BOOKING = /^#\/book\/([A-Za-z0-9:_-]{1,64})$/;
const BROWSER = "cloud-window-browser";
const KEY_BYTES = 16;

/** A link of one kind of page is none of another's. */
const kept = () => `cloud-window-link${location.pathname}`;

/** Takes the secret out of the address, so that nobody reads it over a shoulder, and keeps it for a reload. */
export function takeLink(): void {
  const secret = SECRET.exec(location.hash)?.[1];
  if (!secret) return;
  keepLink(secret);
  history.replaceState(null, "", location.pathname);
}

/** The centre at which the address lets people book without a worker; null elsewhere. */
export function bookingSite(): string | null {
  return BOOKING.exec(location.hash)?.[1] ?? null;
}

/** Whether the secret opens what is missing of a case, and no visit. */
export function isLinkToSend(secret: string | null): boolean {
  return secret !== null && TO_SEND.test(secret);
}

/** Whether the secret opens the result of a case, and nothing else. */
export function isLinkToRead(secret: string | null): boolean {
  return secret !== null && TO_READ.test(secret);
}

/** The secret that opens a visit; null where the page is another. */
export function visitLink(): string | null {
  const secret = keptLink();
  return bookingSite() !== null || isLinkToSend(secret) || isLinkToRead(secret) ? null : secret;
}

/** Keeps the secret that a code was exchanged for. */
export function keepLink(secret: string): void {
  sessionStorage.setItem(kept(), secret);
}

/** Forgets the secret, so that another way in can be taken. */
export function forgetLink(): void {
  sessionStorage.removeItem(kept());
}

/** The secret, null where the page was opened without one. */
export function keptLink(): string | null {
  return sessionStorage.getItem(kept());
}

/** Another link pasted into the same tab opens its own page. */
export function followLinks(): void {
  addEventListener("hashchange", () => {
    if (bookingSite() === null && !SECRET.test(location.hash)) return;
    takeLink();
    location.reload();
  });
}

/** By what this browser tells itself from others, where a link is good in one alone. */
export function browserKey(): string {
  const known = localStorage.getItem(BROWSER);
  if (known) return known;
  const made = [...crypto.getRandomValues(new Uint8Array(KEY_BYTES))];
  const key = made.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  localStorage.setItem(BROWSER, key);
  return key;
}
