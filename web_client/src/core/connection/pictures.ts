/** Pictures that only the signed-in person may see, as addresses that an `<img>` can show. */
export class Pictures {
  readonly #known = new Map<string, Promise<string>>();

  constructor(private readonly bytes: (path: string) => Promise<Blob>) {}

  /** The picture's local address; asking again costs nothing until `forget`. */
  async show(path: string): Promise<string> {
    let picture = this.#known.get(path);
    if (!picture) {
      picture = this.bytes(path).then((blob) => URL.createObjectURL(blob));
      this.#known.set(path, picture);
      picture.catch(() => this.#known.delete(path));
    }
    return picture;
  }

  /** Lets go of every picture, so that nothing of one visit is left for the next. */
  forget(): void {
    for (const picture of this.#known.values()) {
      picture.then(URL.revokeObjectURL, () => undefined);
    }
    this.#known.clear();
  }
}
