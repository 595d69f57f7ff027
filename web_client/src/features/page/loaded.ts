import { ref, shallowRef, watch } from "vue";
import { asRefusal, type Refusal } from "@/core/connection/refusal";
import { usePage } from "./page";

/** What the server answers at `path`, asked anew when that changes; the former answer stays until the next one. */
export function useLoaded<T>(path: () => string) {
  const page = usePage();
  const body = shallowRef<T | null>(null);
  const failure = shallowRef<Refusal | null>(null);
  const busy = ref(false);
  let asked = 0;

  /** Asks again; an answer to something else than is asked by now, or to an earlier asking, is dropped. */
  async function load(): Promise<void> {
    const wanted = path();
    const turn = ++asked;
    busy.value = true;
    const [found, refused] = await page.http.get<T>(wanted).then(
      (answer) => [answer, null] as const,
      (error: unknown) => [null, asRefusal(error)] as const,
    );
    if (turn !== asked || wanted !== path()) return;
    body.value = found;
    failure.value = refused;
    busy.value = false;
  }

  watch(path, load, { immediate: true });
  return { body, failure, busy, load };
}
