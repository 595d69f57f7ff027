/** A change of a field that is to be sent, under a name of its own: sent twice, it is carried out once. */
export interface Change {
  readonly changeId: string;
  readonly fieldId: string;
  readonly value: string;
}

interface Standing {
  readonly sequence: number;
  readonly value: string;
}

/**
 * What a page shows of a form that others write in as well: what was written here and is not acknowledged, over what the
 * server last said. One change is under way at a time, so that changes arrive in the order in which they were made; what
 * is written meanwhile into the same field takes the place of what has not been sent. The same rule stands in Python, in
 * tests/support/form_client.py, where it is held against the real server.
 */
export class Merge {
  readonly #pending = new Map<string, Change>();
  readonly #stands = new Map<string, Standing>();
  #underWay: Change | null = null;
  /** Whether what is under way was lost with the link, or may have been. */
  #lost = false;

  constructor(private readonly name: () => string) {}

  /** Somebody types. */
  write(fieldId: string, value: string): void {
    this.#pending.set(fieldId, { changeId: this.name(), fieldId, value });
  }

  /** What is to be sent now; what was lost comes first, under its former name. */
  next(): Change | null {
    if (this.#underWay) {
      const again = this.#lost ? this.#underWay : null;
      this.#lost = false;
      return again;
    }
    const [first] = this.#pending.values();
    if (!first) return null;
    this.#pending.delete(first.fieldId);
    this.#underWay = first;
    return first;
  }

  /** The server has stored it, as this change of the form. */
  answered(changeId: string, sequence: number, value: string): void {
    const change = this.#take(changeId);
    if (change) this.#stand(change.fieldId, { sequence, value });
  }

  /** The server will not have it: the field shows again what stands in it. */
  refused(changeId: string): void {
    this.#take(changeId);
  }

  /** Nobody knows whether it arrived. */
  lost(changeId: string): void {
    if (this.#underWay?.changeId === changeId) this.#lost = true;
  }

  /** What stands in a field, as the server says; what is older than what is known is passed over. */
  told(fieldId: string, sequence: number, value: string): void {
    this.#stand(fieldId, { sequence, value });
  }

  /** What is shown in a field. */
  shown(fieldId: string): string {
    return this.#own(fieldId)?.value ?? this.#stands.get(fieldId)?.value ?? "";
  }

  /** Whether the field holds something that is not stored yet. */
  unsaved(fieldId: string): boolean {
    return this.#own(fieldId) !== undefined;
  }

  /** How many changes are not stored yet. */
  get waiting(): number {
    return this.#pending.size + (this.#underWay ? 1 : 0);
  }

  /** The fields that hold what is not on its way now. */
  get unsent(): string[] {
    const lost = this.#lost && this.#underWay ? [this.#underWay.fieldId] : [];
    return [...new Set([...lost, ...this.#pending.keys()])];
  }

  #own(fieldId: string): Change | undefined {
    const pending = this.#pending.get(fieldId);
    return pending ?? (this.#underWay?.fieldId === fieldId ? this.#underWay : undefined);
  }

  #take(changeId: string): Change | null {
    const change = this.#underWay;
    if (change?.changeId !== changeId) return null;
    this.#underWay = null;
    this.#lost = false;
    return change;
  }

  #stand(fieldId: string, standing: Standing): void {
    if (standing.sequence >= (this.#stands.get(fieldId)?.sequence ?? -1)) this.#stands.set(fieldId, standing);
  }
}
