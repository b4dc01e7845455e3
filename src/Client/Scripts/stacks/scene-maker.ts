import type { Fold } from '../fold';
import type { Comparison } from './change';
import { addUp, FlameTree, type Totals } from './flame-tree';
import type { Theme } from './frame-colors';
import { parseSearch, Searcher } from './search';
import type { Scene } from './scene';
import { StackCounts } from './stack-counts';
import type { StackModel } from './stack-model';
import { hashedName, isHashed } from './url-state';
import { sameRange, sameShape, type TickRange, type ViewState } from './view-state';

/** Milliseconds that a drawing may spend on growing its tree; a large one is grown over several. */
const growBudget = 6;

interface Frozen {
  counts: StackCounts;
  second: Float64Array | null;
}

interface Baseline {
  range: TickRange;
  counts: StackCounts;
  /** Everything up to its end: what comes after it is compared with the baseline. */
  upToIt: StackCounts;
}

/** Puts together what is to be drawn: the counts of the chosen stretch of time on the tree of the chosen shape. */
export class SceneMaker {
  /** How many names of the zoomed path have not been seen yet. */
  missing = 0;
  #tree: FlameTree;
  /** The tree of a new shape, until it has everything that the present one has. */
  #next: FlameTree | null = null;
  #frozen: Frozen | null = null;
  #baseline: Baseline | null = null;
  #ranged: { range: TickRange; counts: StackCounts } | null = null;
  #searcher: Searcher | null = null;

  constructor(private readonly model: StackModel, view: ViewState, private readonly delimited: boolean) {
    this.#tree = new FlameTree(model.definitions, view.shape);
  }

  get tree(): FlameTree {
    return this.#tree;
  }

  get isFrozen(): boolean {
    return this.#frozen !== null;
  }

  /** Events that came while the picture is frozen. */
  get newEvents(): number {
    return this.#frozen ? this.model.whole.generated - this.#frozen.counts.generated : 0;
  }

  freeze(frozen: boolean): void {
    this.#frozen = frozen ? { counts: this.model.whole.clone(), second: this.model.lastSecond() } : null;
  }

  /** The counts of a range of ticks have come. */
  setRange(range: TickRange, fold: Fold): void {
    if (fold.stacks) {
      this.model.definitions.add(fold.stacks); // they may be ahead of the live ones
    }
    this.#ranged = { range, counts: StackCounts.of(fold) };
  }

  /** The stretch of time that is shown, made the baseline: what it takes is here already, but for one chosen earlier. */
  markBaseline(view: ViewState): TickRange {
    const counts = this.counts(view).clone();
    const range = { from: counts.from, to: counts.to };
    const upToIt = this.#frozen?.counts ?? this.model.whole;
    if (upToIt.to === range.to) {
      this.#baseline = { range, counts, upToIt: upToIt.clone() };
    }
    return range;
  }

  /** The counts of a baseline have come, and those of all ticks up to its end. */
  setBaseline(range: TickRange, fold: Fold, upToIt: Fold): void {
    if (upToIt.stacks) {
      this.model.definitions.add(upToIt.stacks);
    }
    this.#baseline = { range, counts: StackCounts.of(fold), upToIt: StackCounts.of(upToIt) };
  }

  /** What a view compares with; null while it has not come yet. */
  baseline({ baseline }: ViewState): Baseline | null {
    return baseline && sameRange(this.#baseline?.range, baseline) ? this.#baseline : null;
  }

  /** The counts of the stretch of time that a view shows. A range that has not come yet shows what was shown before. */
  counts(view: ViewState): StackCounts {
    if (view.range && this.#ranged) {
      return this.#ranged.counts;
    }
    const counts = this.#frozen?.counts ?? this.model.whole;
    const since = this.baseline(view)?.upToIt;
    return since && since.to < counts.to ? counts.since(since) : counts;
  }

  /** The second value says whether the tree is complete; if not, draw again soon. */
  make(view: ViewState, theme: Theme): [scene: Scene, isComplete: boolean] {
    const isComplete = this.#growTree(view);
    const tree = this.#tree;
    const counts = this.counts(view);
    const totals = addUp(tree, counts.counts);
    const { node, found } = tree.resolve(view.zoom, isHashed(view.zoom) ? hashedName : undefined);
    this.missing = view.zoom.length - found;
    const zoom = { node, rest: this.missing === 0 ? view.rest : 0 };
    const searcher = this.#searcherFor(view.search);
    const found_ = searcher ? searcher.find(tree, totals) : null;
    const scene: Scene = {
      view, tree, counts, totals, zoom, theme, delimited: this.delimited, found: found_,
      comparison: this.#compare(view, counts, totals), second: this.#second(view),
      isLive: !this.model.ended && !this.#frozen && !view.range,
    };
    return [scene, isComplete];
  }

  #growTree({ shape }: ViewState): boolean {
    const until = performance.now() + growBudget;
    if (!sameShape(this.#tree.shape, shape)) {
      if (!this.#next || !sameShape(this.#next.shape, shape)) {
        this.#next = new FlameTree(this.model.definitions, shape);
        this.#searcher = null;
      }
      if (!this.#next.grow(until)) {
        return false;
      }
      this.#tree = this.#next;
    }
    this.#next = null;
    return this.#tree.grow(until);
  }

  #searcherFor(text: string): Searcher | null {
    if (this.#searcher?.search.text !== text.trim()) {
      const search = parseSearch(text);
      this.#searcher = search && new Searcher(search);
    }
    return this.#searcher;
  }

  #compare(view: ViewState, counts: StackCounts, { total }: Totals): Comparison | null {
    const then = this.baseline(view)?.counts;
    if (!then) {
      return null;
    }
    const thenTotal = addUp(this.#tree, then.counts).total;
    return {
      norm: view.norm,
      now: { total, all: total[0]!, seconds: counts.seconds },
      then: { total: thenTotal, all: thenTotal[0]!, seconds: then.seconds },
    };
  }

  /** Rates are those of the last full second where the end of the session is shown; only counted if asked for. */
  #second(view: ViewState): () => Totals | null {
    let totals: Totals | null | undefined;
    const tree = this.#tree;
    return () => {
      if (totals === undefined) {
        const second = view.range ? null : this.#frozen ? this.#frozen.second : this.model.lastSecond();
        totals = second && addUp(tree, second);
      }
      return totals;
    };
  }
}
