/** What the browser speaks with; absent in some. */
export type Synthesis = Pick<SpeechSynthesis, "getVoices" | "speak" | "cancel">;

const SLOWER = 0.9;
/** Chinese that is another spoken language than the one that the pages are written for. */
const NOT_MANDARIN = /^(yue|zh-hk|zh-yue)/;

/** The voice for a language among those of this machine: none of a service elsewhere, which would be sent the words. */
export function voiceFor(voices: readonly SpeechSynthesisVoice[], tag: string): SpeechSynthesisVoice | null {
  const wanted = plain(tag);
  const [main] = wanted.split("-");
  const fit = voices.filter((one) => {
    const speaks = plain(one.lang);
    return one.localService && speaks.split("-")[0] === main && !NOT_MANDARIN.test(speaks);
  });
  return fit.find((one) => plain(one.lang) === wanted) ?? fit[0] ?? null;
}

/** `zh_CN` of Android, `cmn-CN` of espeak and `zh-CN` are one language. */
function plain(tag: string): string {
  return tag.toLowerCase().replace("_", "-").replace(/^cmn/, "zh");
}

/** Speaks one sentence at a time: a new one breaks off the former. */
export class Speech {
  constructor(private readonly synthesis: Synthesis | undefined = globalThis.speechSynthesis) {}

  /** Whether there is a voice for the language. */
  can(tag: string): boolean {
    return this.#voice(tag) !== null;
  }

  /** Speaks it, if there is a voice for the language. */
  say(words: string, tag: string): void {
    const voice = this.#voice(tag);
    if (!this.synthesis || !voice) return;
    this.synthesis.cancel();
    const utterance = new SpeechSynthesisUtterance(words);
    utterance.voice = voice;
    utterance.lang = voice.lang;
    utterance.rate = SLOWER;
    this.synthesis.speak(utterance);
  }

  /** Breaks off what is being spoken. */
  stop(): void {
    this.synthesis?.cancel();
  }

  #voice(tag: string): SpeechSynthesisVoice | null {
    return voiceFor(this.synthesis?.getVoices() ?? [], tag);
  }
}
