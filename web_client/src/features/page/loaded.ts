import { ref, shallowRef, watch } from "vue";
import { asRefusal, type Refusal } from "@/core/connection/refusal";
import { usePage } from "./page";

/** What the server answers at `path`, asked anew when that changes; the former answer stays until the next one. */
export function useLoaded<T>(path: () => string) {
  const page = usePage();
  const body = shallowRef<T | null>(null);
  const failure = shallowRef<Refusal | null>(null);
  const busy = ref(false);

  /** Asks again; an answer that came too late for what is asked by now is dropped. */
  async function load(): Promise<void> {
    const wanted = path();
    busy.value = true;
    const [found, refused] = await page.http.get<T>(wanted).then(
      (answer) => [answer, null] as const,
      (error: unknown) => [null, asRefusal(error)] as const,
    );
    if (wanted !== path()) return;
    body.value = found;
    failure.value = refused;
    busy.value = false;
  }

  watch(path, load, { immediate: true });
  return { body, failure, busy, load };
}
