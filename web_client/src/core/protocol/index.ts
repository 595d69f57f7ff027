import type { Authenticate } from "./generated";

export * from "./generated";

/** The languages that the product speaks. */
export type Language = Authenticate["language"];
