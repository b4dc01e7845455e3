/** The part of d3-flame-graph 5.0.0 that is used here; it has no types of its own. */
declare module 'd3-flame-graph' {
  import type { Selection } from 'd3-selection';

  interface FlameGraphChart<Datum> {
    (selection: Selection<HTMLElement, unknown, null, undefined>): void;
    width(pixels: number): this;
    height(pixels: number): this;
    cellHeight(pixels: number): this;
    transitionDuration(ms: number): this;
    inverted(inverted: boolean): this;
    sort(sort: boolean): this;
    tooltip(tip: unknown): this;
    getName(name: (node: { data: Datum }) => string): this;
    setColorMapper(color: (node: { data: Datum }) => string): this;
    update(): this;
    destroy(): this;
  }

  export default function flamegraph<Datum>(): FlameGraphChart<Datum>;
}

/** The published types of d3-hierarchy know its interfaces but not the class, which there is to derive from. */
declare module 'd3-hierarchy' {
  export class Node<Datum> {
    constructor(data: Datum);
    data: Datum;
    depth: number;
    height: number;
  }
}
