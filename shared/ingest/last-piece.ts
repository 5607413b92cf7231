/** A piece that lines have in common, as one string for as long as it stays the same: to compare it costs less than to cut it out again. */
export class LastPiece {
  #codes: Uint8Array = new Uint8Array();
  #text = '';

  /** The piece from `from` to `to`. */
  of({ codes }: { readonly codes: Uint8Array }, from: number, to: number): string {
    const last = this.#codes;
    let same = last.length === to - from;
    for (let i = last.length - 1; same && i >= 0; i--) same = codes[from + i] === last[i];
    if (same) return this.#text;
    this.#codes = Uint8Array.from(codes.subarray(from, to));
    this.#text = Buffer.from(this.#codes).toString('latin1');
    return this.#text;
  }
}
