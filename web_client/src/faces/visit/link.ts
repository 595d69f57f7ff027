/** The secret of the link by which this page was opened; it stays in the tab, and leaves the address at once. */
const KEPT = "cloud-window-visit";
const SECRET = /^#([0-9a-f]{32})$/;

/** Takes the secret out of the address, so that nobody reads it over a shoulder, and keeps it for a reload. */
export function takeLink(): void {
  const secret = SECRET.exec(location.hash)?.[1];
  if (!secret) return;
  sessionStorage.setItem(KEPT, secret);
  history.replaceState(null, "", location.pathname);
}

/** The secret, null where the page was opened without one. */
export function keptLink(): string | null {
  return sessionStorage.getItem(KEPT);
}

/** Another link pasted into the same tab opens its own visit. */
export function followLinks(): void {
  addEventListener("hashchange", () => {
    if (!SECRET.test(location.hash)) return;
    takeLink();
    location.reload();
  });
}
