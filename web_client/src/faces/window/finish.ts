import type { CaseSupplementView, CaseView, FindingsView, HandOnView } from "@/core/protocol";
import { stands } from "@/features/supplements/supplements";

/** What a window knows of the case whose visit ends; null where it has not come, or there is no case. */
export interface Known {
  view: Pick<CaseView, "decision"> | null;
  supplement: Pick<CaseSupplementView, "leads" | "supplement"> | null;
  joint: FindingsView["joint"] | null;
  handed: HandOnView["handed"];
}

/**
 * Whether what is missing can be listed, and the case goes on without the visit. While several departments look at it,
 * or it lies with another desk, the clerk asks for nothing: the visit just ends.
 */
export function mayAsk({ view, supplement, joint, handed }: Known): boolean {
  if (!view || view.decision || !supplement?.leads || stands(supplement.supplement?.state)) return false;
  return (!joint || joint.state === "concluded") && handed?.case.state !== "handed_on";
}
