/** What the person has said to notifications of this page; `impossible` where the browser has none. */
export type Permission = NotificationPermission | "impossible";

/** What the person has said so far. */
export function permission(): Permission {
  return typeof Notification === "undefined" ? "impossible" : Notification.permission;
}

/** Asks the person; is to be called from a click. */
export async function askPermission(): Promise<Permission> {
  return permission() === "default" ? await Notification.requestPermission() : permission();
}

/**
 * Shows a notification of the system while the page is behind others, in place of the one of the same `tag`; a click on
 * it brings the page to the front and calls `then`. The function that takes it away again.
 */
export function notify(text: { title: string; body: string; tag: string }, then: () => void): () => void {
  if (permission() !== "granted" || (!document.hidden && document.hasFocus())) return () => undefined;
  try {
    const shown = new Notification(text.title, { body: text.body, tag: text.tag });
    shown.onclick = () => {
      window.focus();
      shown.close();
      then();
    };
    return () => shown.close();
  } catch {
    // Chrome on Android throws: there only a service worker may notify, and the page has its other signs.
    return () => undefined;
  }
}
