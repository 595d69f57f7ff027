/** The Network Information API, which TypeScript's library leaves out; Chromium on phones and computers has it. */
interface Navigator {
  readonly connection?: EventTarget;
}
