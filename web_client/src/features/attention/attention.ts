import { useEventListener } from "@vueuse/core";
import { defineStore } from "pinia";
import { nextTick, ref, shallowRef } from "vue";
import { askPermission, notify, type Permission, permission } from "@/core/devices/notifications";
import { CHIME } from "@/core/sound/tones";
import { t } from "@/kit/i18n";
import { useSound } from "./sound";
import type { Wanted } from "./wanted";
import { wordsOf } from "./words";

const MOST_NEWS = 3;

/** Calls the person at this page: by sound, by the page's title, by a notification, and by words on the page. */
export const useAttention = defineStore("attention", () => {
  const sound = useSound();
  const news = shallowRef<readonly Wanted[]>([]);
  const allowed = ref<Permission>(permission());
  const { say: title, hush } = useTitle();
  let takeAway = () => {};

  /** Tells of what is wanted now; the place on the page comes into view. */
  function tell(wanted: readonly Wanted[]): void {
    const last = wanted.at(-1);
    if (!last) return;
    news.value = withNews(news.value, wanted);
    void sound.play(CHIME);
    call(wordsOf(last), () => void show(last));
    void show(last);
  }

  /** Changes the title, and notifies who has another page before them. */
  function call(words: string, then: () => void): void {
    title(words);
    takeAway = notify({ title: t("product"), body: words, tag: "cloud-window" }, then);
  }

  /** Ends what `call` began: the person has seen it. */
  function answered(): void {
    hush();
    takeAway();
  }

  /** Brings the place of what is wanted into view; on a face without that place nothing moves. */
  async function show({ at }: Wanted): Promise<void> {
    await nextTick();
    const place = at && document.getElementById(at);
    if (place) place.scrollIntoView({ block: "center", behavior: "smooth" });
  }

  function dismiss(one: Wanted): void {
    news.value = news.value.filter((other) => other !== one);
  }

  /** Takes away how the call stood, which is over. */
  function endCall(): void {
    news.value = news.value.filter(({ at }) => at !== null);
  }

  async function ask(): Promise<void> {
    allowed.value = await askPermission();
  }

  return { news, allowed, tell, call, answered, show, dismiss, endCall, ask };
});

/** What is told now, the newest last: how the call stands is told once, and not where the page says it anyway. */
function withNews(before: readonly Wanted[], wanted: readonly Wanted[]): Wanted[] {
  const stands = wanted.some((one) => one.at === null);
  const words = new Set(wanted.map(wordsOf));
  const kept = before.filter((one) => !words.has(wordsOf(one)) && !(stands && one.at === null));
  return [...kept, ...wanted.filter(({ kind }) => kind !== "held")].slice(-MOST_NEWS);
}

/** The page's title, which says what is wanted until the person does something here. */
function useTitle() {
  let own: string | null = null;

  function say(words: string): void {
    own ??= document.title;
    document.title = `● ${words}`;
  }

  function hush(): void {
    if (own !== null) document.title = own;
    own = null;
  }

  useEventListener(window, ["pointerdown", "keydown"], hush, { capture: true });
  useEventListener(window, "focus", hush);
  return { say, hush };
}
