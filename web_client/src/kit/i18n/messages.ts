/** Every sentence of the pages by its key; each folder that has sentences adds its own (`messages/keys.d.ts`). */
// biome-ignore lint/suspicious/noEmptyInterface: it is filled by declaration merging
export interface Messages {}

export type Key = keyof Messages;
