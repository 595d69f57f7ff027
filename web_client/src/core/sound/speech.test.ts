import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Speech, voiceFor } from "./speech";

const voice = (lang: string, localService = true) =>
  ({ lang, localService, name: `${lang} ${localService}` }) as SpeechSynthesisVoice;

beforeEach(() => {
  vi.stubGlobal(
    "SpeechSynthesisUtterance",
    class {
      constructor(readonly text: string) {}
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

test("the voice is of this machine, and of the page's language", () => {
  const all = [
    voice("en-GB"),
    voice("zh-CN", false),
    voice("zh-HK"),
    voice("zh-TW"),
    voice("zh_CN"),
    voice("en-US"),
  ];
  expect(voiceFor(all, "zh-CN")?.lang).toBe("zh_CN");
  expect(voiceFor(all, "en")?.lang).toBe("en-GB");
  expect(voiceFor([voice("cmn-CN")], "zh-CN")?.lang).toBe("cmn-CN");
  // Nothing is sent to a service elsewhere, and nobody is spoken to in another language.
  expect(voiceFor([voice("zh-CN", false), voice("zh-HK"), voice("yue")], "zh-CN")).toBeNull();
  expect(voiceFor([voice("zh-CN")], "en")).toBeNull();
});

test("a new sentence breaks off the one before, so that there are never two", () => {
  const acts: string[] = [];
  const speech = new Speech({
    getVoices: () => [voice("zh-CN")],
    speak: (one) => acts.push(one.text),
    cancel: () => acts.push("—"),
  });
  speech.say("请放到框里", "zh-CN");
  speech.say("请把纸压平", "zh-CN");
  expect(acts).toEqual(["—", "请放到框里", "—", "请把纸压平"]);
});

test("where there is no voice, or no speech at all, nothing is said", () => {
  const speak = vi.fn();
  const voiceless = new Speech({ getVoices: () => [voice("en-US")], speak, cancel: speak });
  expect(voiceless.can("zh-CN")).toBe(false);
  voiceless.say("请放到框里", "zh-CN");
  expect(speak).not.toHaveBeenCalled();
  const none = new Speech(undefined);
  none.say("请放到框里", "zh-CN");
  none.stop();
  expect(none.can("zh-CN")).toBe(false);
});
