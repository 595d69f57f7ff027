import { type Key, say, t } from "@/kit/i18n";
import type { Wanted } from "./wanted";

const WORDS: Record<Wanted["kind"], Key> = {
  answered: "wantedAnswered",
  calledAgain: "wantedCalledAgain",
  held: "wantedHeld",
  resumed: "wantedResumed",
  paper: "wantedPaper",
  rejected: "wantedRejected",
  sign: "wantedSign",
  receipt: "wantedReceipt",
  decided: "wantedDecided",
  told: "wantedTold",
  passedOn: "wantedPassedOn",
  came: "wantedCame",
  left: "wantedLeft",
  listens: "wantedListens",
  listensNoMore: "wantedListensNoMore",
  whispers: "wantedWhispers",
  knocks: "wantedKnocks",
};

/** What is wanted, in the page's language. */
export function wordsOf({ kind, name, words = "" }: Wanted): string {
  return t(WORDS[kind], { name: name ? say(name) : "", words });
}
