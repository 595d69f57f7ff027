import type { DeskAct } from "./keys";

/** How the stage is divided: one face, a paper beside the faces, or everybody at the same size. */
export type Layout = Extract<DeskAct, "face" | "document" | "several">;
export const LAYOUTS: readonly Layout[] = ["face", "document", "several"];

/** Where the desk stands in one column and the page scrolls. */
export const STACKED = "(width < 1100px) and (height < 900px), (width < 700px)";
