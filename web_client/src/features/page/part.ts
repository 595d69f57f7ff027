import {
  type Component,
  defineComponent,
  getCurrentInstance,
  h,
  onUnmounted,
  type ShallowRef,
  shallowRef,
} from "vue";
import { type Refusal, unreachable } from "@/core/connection/refusal";
import { wholeWords } from "@/kit/i18n";
import Loading from "./Loading.vue";

const AGAIN_MS = 3_000;

/** A component that can be fetched before it is shown. */
export type Part = Component & {
  /** Fetches it, once; rejects where it does not come, and may be called again. */
  fetch(): Promise<void>;
};

/** What comes later, once it was fetched. */
export interface Later<T> {
  /** What was fetched, null before. */
  readonly found: Readonly<ShallowRef<T | null>>;
  /** Fetches it, once; rejects where it does not come, and may be called again. */
  fetch(): Promise<void>;
}

/** All that the page knows, in the order in which it heard of them. */
const parts: Pick<Later<unknown>, "fetch">[] = [];

/** What every part needs besides its own file, as the steps of the address. */
let needed: () => Promise<void> = () => Promise.resolve();

/** Has each part wait for this as well, which is asked for again until it has come. */
export function partsNeed(fetch: () => Promise<void>): void {
  needed = fetch;
}

/**
 * What has a file of its own, fetched with the sentences that the first page does not say. Made once in a page: one that
 * a component makes for itself would be kept, with all of that component, for as long as the page is open.
 */
export function later<T>(load: () => Promise<T>): Later<T> {
  if (getCurrentInstance())
    throw new Error("a part is made by a module, not by each component that shows it");
  const found = shallowRef<T | null>(null);
  let coming: Promise<void> | null = null;

  async function bring(): Promise<void> {
    const [loaded] = await Promise.all([load(), wholeWords(), mendSheets(), needed()]);
    found.value = loaded;
  }

  function fetch(): Promise<void> {
    if (found.value) return Promise.resolve();
    coming ??= bring().finally(() => {
      coming = null;
    });
    return coming;
  }

  const made = { found, fetch };
  parts.push(made);
  return made;
}

/**
 * A part of the page with a file of its own. Shown before it has come, it says that it comes; what fails is said in
 * words, and tried again by itself and at a press.
 */
export function part(load: () => Promise<{ default: Component }>): Part {
  const { found, fetch } = later(load);
  const shown = defineComponent({
    inheritAttrs: false,
    setup(_, { attrs, slots }) {
      const { failure, again } = useFetching(fetch);
      again();
      return () =>
        found.value
          ? h(found.value.default, attrs, slots)
          : h(Loading, { failure: failure.value, onAgain: again });
    },
  });
  return Object.assign(shown, { fetch });
}

/** Fetches a part, at each call of `again` and by itself, until it is there or nobody waits for it; then `came` is told. */
export function useFetching(fetch: () => Promise<void>, came: () => void = () => {}) {
  const failure = shallowRef<Refusal | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;

  function again(): void {
    clearTimeout(timer);
    fetch().then(
      () => {
        failure.value = null;
        came();
      },
      () => {
        failure.value = unreachable();
        timer = setTimeout(again, AGAIN_MS);
      },
    );
  }

  onUnmounted(() => clearTimeout(timer));
  return { failure, again };
}

/** Fetches every part that the page knows, and those that these bring, one after another; what fails waits for its use. */
export async function fetchParts(): Promise<void> {
  // The list grows while it is walked.
  for (const one of parts) await one.fetch().catch(() => undefined);
}

/** Sheets that did not come. */
const lost = new Set<HTMLLinkElement>();
addEventListener(
  "error",
  ({ target }) => {
    if (target instanceof HTMLLinkElement && target.rel === "stylesheet") lost.add(target);
  },
  { capture: true },
);

/** Asks for them again, since what loads the parts asks for each sheet only once. */
async function mendSheets(): Promise<void> {
  const gone = [...lost];
  lost.clear();
  await Promise.all(gone.map(anew));
}

function anew(gone: HTMLLinkElement): Promise<void> {
  const link = gone.cloneNode() as HTMLLinkElement;
  return new Promise((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => reject(unreachable());
    gone.replaceWith(link);
  });
}
