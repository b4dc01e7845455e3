/**
 * From a pair of whole numbers to a node that has them: what a trie needs to find a child. The pairs are kept by their
 * owner, who is asked for them; here are only the nodes, in an open-addressing hash table.
 */
export class PairTable {
  #slots = new Int32Array(1024).fill(-1);
  #count = 0;

  /** `first` and `second` give the pair of a node. */
  constructor(private readonly first: (node: number) => number, private readonly second: (node: number) => number) {}

  /** The node of the pair, or -1. */
  find(a: number, b: number): number {
    const mask = this.#slots.length - 1;
    for (let at = hash(a, b) & mask; ; at = (at + 1) & mask) {
      const node = this.#slots[at]!;
      if (node === -1 || (this.first(node) === a && this.second(node) === b)) {
        return node;
      }
    }
  }

  add(node: number): void {
    if (this.#count * 2 >= this.#slots.length) {
      this.#grow();
    }
    this.#place(node);
    this.#count++;
  }

  #place(node: number): void {
    const mask = this.#slots.length - 1;
    let at = hash(this.first(node), this.second(node)) & mask;
    while (this.#slots[at] !== -1) {
      at = (at + 1) & mask;
    }
    this.#slots[at] = node;
  }

  #grow(): void {
    const nodes = this.#slots;
    this.#slots = new Int32Array(nodes.length * 2).fill(-1);
    for (const node of nodes) {
      if (node !== -1) {
        this.#place(node);
      }
    }
  }
}

function hash(a: number, b: number): number {
  const mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
