/** The picture that something is taken from: the one touched last if anything is on it, else the one of the newest stroke. */
export function surfaceOf(
  strokes: readonly { readonly surface: string }[],
  touched: string | null,
): string | null {
  return strokes.some((one) => one.surface === touched) ? touched : (strokes.at(-1)?.surface ?? null);
}
