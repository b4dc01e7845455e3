import type { Fold } from '../fold';
import { FrameKind, type ContextInfo, type FrameInfo, type StackFold } from '../stacks/stack-fold';

/** What a stack of a test has beside its frames. */
export interface StackTraits {
  context?: Partial<ContextInfo>;
  quality?: number;
}

/**
 * Writes folds as a server does, from folded stacks: `main;read_k 5`. A name that ends in `_k` is the kernel's, one
 * before an @ has its module behind it.
 */
export class FoldWriter {
  readonly #frames: FrameInfo[] = [];
  readonly #nodes: { parent: number; frame: number }[] = [];
  readonly #contexts: ContextInfo[] = [];
  readonly #series: { context: number; node: number; quality: number }[] = [];
  #told = [0, 0, 0, 0];
  #tick = 0;

  /** One tick of 100 ms. */
  fold(lines: readonly string[], traits: StackTraits = {}, more: Partial<Fold> = {}): Fold {
    const counts = new Map<number, number>();
    for (const line of lines) {
      const [, stack = '', count] = /^(.*) (\d+)$/.exec(line) ?? [];
      const series = this.#seriesOf(stack, traits);
      counts.set(series, (counts.get(series) ?? 0) + Number(count));
    }
    const grown = [...counts].sort(([a], [b]) => a - b);
    const from = this.#tick++;
    const sum = grown.reduce((all, [, count]) => all + count, 0);
    return {
      from, to: from + 1, startMs: from * 100, endMs: from * 100 + 100, slots: [0], counts: [sum], runs: 0, runNs: 0, misses: 0,
      stacks: this.#tell(grown), losses: [], ...more,
    };
  }

  #tell(grown: readonly [number, number][]): StackFold {
    const [frames, nodes, contexts, series] = this.#told as [number, number, number, number];
    this.#told = [this.#frames.length, this.#nodes.length, this.#contexts.length, this.#series.length];
    const fresh = this.#series.slice(series);
    return {
      firstFrame: frames, frames: this.#frames.slice(frames),
      firstNode: nodes + 1, parents: this.#nodes.slice(nodes).map(node => node.parent),
      nodeFrames: this.#nodes.slice(nodes).map(node => node.frame),
      firstContext: contexts, contexts: this.#contexts.slice(contexts),
      firstSeries: series, seriesContexts: fresh.map(each => each.context), seriesNodes: fresh.map(each => each.node),
      seriesQualities: fresh.map(each => each.quality),
      series: grown.map(([id]) => id), counts: grown.map(([, count]) => count),
    };
  }

  #seriesOf(stack: string, { context, quality = 0 }: StackTraits): number {
    const whole = { pid: 1, tid: 0, cpu: -1, comm: 'one', ...context };
    const wanted = {
      context: index(this.#contexts, whole), quality,
      node: stack.split(';').filter(Boolean).reduce((parent, name) => index(this.#nodes, { parent, frame: this.#frame(name) }) + 1, 0),
    };
    return index(this.#series, wanted);
  }

  #frame(text: string): number {
    const [name, module] = text.split('@') as [string, string | undefined];
    const isKernel = name.endsWith('_k');
    const kind = isKernel ? FrameKind.Kernel : name === '[unknown]' ? FrameKind.UnknownUser : FrameKind.User;
    return index(this.#frames, { name, module: module ?? (isKernel ? 'kernel' : '/bin/app'), kind });
  }
}

/** Where an equal thing stands; it is added if there is none. */
function index<T>(things: T[], wanted: T): number {
  const text = JSON.stringify(wanted);
  const known = things.findIndex(thing => JSON.stringify(thing) === text);
  return known >= 0 ? known : things.push(wanted) - 1;
}
