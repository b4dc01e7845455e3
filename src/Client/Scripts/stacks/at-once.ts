// Loaded after d3-flame-graph, which asks for transitions even where they are to take no time: three objects a box and
// update, whose effect comes a frame late, so that new boxes flash without width and labels lag behind. Here, where
// nothing is animated (see docs/adr/0008), a transition is the selection itself, and what is set is set at once.
import { selection } from 'd3-selection';

type Loose = Record<string, (this: unknown) => unknown>;

const prototype = selection.prototype as unknown as Loose;
for (const method of ['transition', 'duration', 'ease', 'delay']) {
  prototype[method] = function () {
    return this;
  };
}
