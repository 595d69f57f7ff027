import { type Ref, ref } from "vue";

/** Copies what stands in a field; `copied` is null until it was tried, and false where only the person can copy it. */
export function useCopying(field: Readonly<Ref<HTMLInputElement | null>>) {
  const copied = ref<boolean | null>(null);

  async function copy(): Promise<void> {
    const input = field.value;
    if (!input) return;
    input.select();
    // Over http there is no `clipboard`, and it may be forbidden; the selection can be copied in most browsers.
    copied.value = await Promise.resolve(navigator.clipboard as Clipboard | undefined)
      .then((clipboard) => clipboard?.writeText(input.value).then(() => true) ?? document.execCommand("copy"))
      .catch(() => document.execCommand("copy"));
  }

  return { copied, copy };
}
