import { shallowRef } from "vue";
import type { PhrasesBody } from "@/core/protocol";
import { usePage } from "./page";

/** The phrases that the person keeps at this address; null as long as those of the page are good. */
export function ownPhrases(address: string) {
  const page = usePage();
  const phrases = shallowRef<readonly string[] | null>(null);

  async function loadPhrases(): Promise<void> {
    try {
      phrases.value = (await page.http.get<PhrasesBody>(address)).phrases;
    } catch (error) {
      page.refuse(error);
    }
  }

  async function keepPhrases(wanted: string[] | null): Promise<void> {
    try {
      phrases.value = (await page.http.put<PhrasesBody>(address, { phrases: wanted })).phrases;
    } catch (error) {
      page.refuse(error);
    }
  }

  return { phrases, loadPhrases, keepPhrases };
}
