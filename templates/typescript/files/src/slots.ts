/** The requests that may be served at the same time. */
export class Slots {
  /** How many there are. */
  readonly limit: number;
  #taken = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** How many are in use. */
  get taken(): number {
    return this.#taken;
  }

  /** Takes so many, or none where fewer are free. Calling the result gives them back. */
  take(count = 1): (() => void) | undefined {
    if (this.#taken + count > this.limit) return undefined;
    this.#taken += count;
    let held = count;
    return () => {
      this.#taken -= held;
      held = 0;
    };
  }
}
