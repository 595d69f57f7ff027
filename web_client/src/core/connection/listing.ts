/** A change of a list, as the server sends it: all rows with `whole`, else those that are new or others. */
export interface ListChange<Row> {
  version: number;
  whole: boolean;
  changed: readonly Row[];
  gone: readonly string[];
}

/** A list that the server sends whole at first, and then by its changes. */
export class Listing<Row> {
  readonly #rows = new Map<string, Row>();
  #version = 0;

  constructor(
    private readonly key: (row: Row) => string,
    private readonly order: (one: Row, other: Row) => number,
  ) {}

  /** The rows in order. */
  get rows(): Row[] {
    return [...this.#rows.values()].sort(this.order);
  }

  /** Takes a change; false, and nothing is taken, when one before it is missing. */
  take({ version, whole, changed, gone }: ListChange<Row>): boolean {
    if (!whole && version !== this.#version + 1) return false;
    this.#version = version;
    if (whole) this.#rows.clear();
    for (const key of gone) this.#rows.delete(key);
    for (const row of changed) this.#rows.set(this.key(row), row);
    return true;
  }
}

/** The order of two texts, for `sort`. */
export function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
