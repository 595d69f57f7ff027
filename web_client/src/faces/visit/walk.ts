import type { CallbackView } from "@/core/protocol";
import type { Step } from "@/features/applicant/steps";

/** Where a visit stands, and what its steps show. */
export interface Walk {
  readonly step: Step;
  readonly shown: object;
  /** Whether the server has told by now. */
  readonly known: boolean;
  /** What the window will call back for. */
  readonly callback: CallbackView | null;
  readonly former: CallbackView | null;
  readonly ringing: CallbackView | null;
}
