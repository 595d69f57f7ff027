import type { DeskAct } from "./keys";

/** How the stage is divided: one face, a paper beside the faces, or everybody at the same size. */
export type Layout = Extract<DeskAct, "face" | "document" | "several">;
export const LAYOUTS: readonly Layout[] = ["face", "document", "several"];
