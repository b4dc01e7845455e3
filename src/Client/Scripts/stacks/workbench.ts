import type { Fold } from '../fold';
import { make, Painter, setText } from '../dom';
import { formatCount, formatRate, formatShare } from '../format';
import { describeCost, explainCost } from '../cost';
import type { Bench } from '../live-bench';
import { isForPage } from '../shortcut';
import { Crumbs } from './crumbs';
import { emptyWords } from './empty-words';
import { FrameActions } from './frame-actions';
import { GraphPanel } from './graph-panel';
import { HitWalk, zoomFor, type Hit } from './hit-walk';
import { LiveTimeline } from './live-timeline';
import { Ledger } from './ledger';
import { RangeLoader } from './range-loader';
import { Sandwich } from './sandwich';
import { share, type Scene } from './scene';
import { SceneMaker } from './scene-maker';
import { plainShape } from './shape';
import type { StackInfo, Timeline } from './stack-fold';
import type { StackModel } from './stack-model';
import { StackTree } from './stack-tree';
import { Steps } from './steps';
import { currentTheme, watchTheme } from './theme-watch';
import { TimeStrip } from './time-strip';
import { Toolbar } from './toolbar';
import { TopTable } from './top-table';
import { plainView, sameRange, type Tab, type TickRange, type ViewState } from './view-state';
import { ViewStore } from './view-store';

/** Milliseconds between two drawings. */
const paintEvery = 500;

/** Where a workbench has its data from. Without `range` and `timeline` there is only the whole, as in an exported page. */
export interface StackSource {
  readonly model: StackModel;
  readonly info: StackInfo;
  range?(from: number, to: number): Promise<Fold>;
  timeline?(maxPoints: number): Promise<Timeline>;
}

/** Everything that shows a session's stacks: the panels, and the view that they share. */
export class Workbench implements Bench {
  /** Beside the numbers of the first line: how the connection stands. */
  readonly status = make('span', { className: 'sv-status' });
  readonly #painter = new Painter(() => this.#draw(), paintEvery);
  readonly #steps = new Steps();
  readonly #store: ViewStore;
  readonly #maker: SceneMaker;
  readonly #actions: FrameActions;
  readonly #toolbar: Toolbar;
  readonly #hits = new HitWalk();
  readonly #crumbs = new Crumbs(change => this.#set(change));
  readonly #graph: GraphPanel;
  readonly #table: TopTable;
  readonly #tree: StackTree;
  readonly #sandwich: Sandwich;
  readonly #ledger = new Ledger();
  readonly #timeline: LiveTimeline;
  readonly #strip: TimeStrip;
  readonly #events = make('strong');
  readonly #rate = make('span');
  readonly #cost = make('span');
  readonly #panels = make('div', { className: 'sv-panels', role: 'tabpanel' });
  readonly #told = make('p', { className: 'visually-hidden', role: 'status' });
  readonly #unwatchTheme = watchTheme(() => this.#painter.now());
  readonly #redraw = () => this.#painter.now();
  readonly #key = (event: KeyboardEvent) => this.#pressed(event);
  /** As in the style sheet: beside the graph there is room for the table. */
  readonly #wide = matchMedia('(min-width: 1200px)');
  #scene: Scene | null = null;
  readonly #ranges: RangeLoader | null;
  #wantedBaseline: TickRange | null = null;
  #attaching = false;

  constructor(private readonly element: HTMLElement, private readonly source: StackSource) {
    const { model, info } = source;
    const group = info.perProcess && !info.singleProcess ? 'process' as const : 'none' as const;
    this.#store = new ViewStore({ ...plainView, shape: { ...plainShape, group } }, () => this.#changed());
    this.#maker = new SceneMaker(model, this.#store.view, info.delimited);
    this.#actions = new FrameActions(change => this.#set(change), text => setText(this.#told, text));
    this.#toolbar = new Toolbar(info, {
      set: change => this.#set(change), freeze: () => this.#freeze(), reset: () => this.#reset(),
      markBaseline: () => this.#mark(), clearBaseline: () => this.#unmark(),
      stepHit: by => this.#stepHit(by),
    });
    this.#graph = new GraphPanel('Flame graph', this.#actions, (scene, box) => this.#actions.open(scene, box));
    this.#table = new TopTable('Functions', name => this.#pick(name));
    this.#sandwich = new Sandwich(model, this.#actions, name => this.#set({ subject: name }));
    this.#tree = new StackTree(
      node => this.#set({ zoom: this.#maker.tree.path(node), rest: 0 }),
      (node, at) => this.#graph.openMenu(node, at));
    this.#timeline = new LiveTimeline(source.timeline && (points => source.timeline!(points)), () => this.#painter.ask());
    this.#strip = new TimeStrip(this.#timeline.model, range => this.#set({ range }));
    this.#ranges = source.range ? new RangeLoader((from, to) => source.range!(from, to), (chosen, fold) => {
      this.#maker.setRange(chosen, fold);
      this.#painter.now();
    }) : null;
    this.#build();
    this.#changed();
  }

  /** A fold has been added to the model. */
  added(fold: Fold): void {
    this.#timeline.add(fold);
    this.#painter.ask();
  }

  set attaching(attaching: boolean) {
    this.#attaching = attaching;
    this.#painter.ask();
  }

  /** Something else is known of the session, such as its end. */
  changed(): void {
    this.#painter.ask();
  }

  dispose(): void {
    this.#painter.stop();
    this.#steps.stop();
    this.#store.dispose();
    this.#unwatchTheme();
    this.#strip.dispose();
    this.#wide.removeEventListener('change', this.#redraw);
    document.removeEventListener('keydown', this.#key);
    this.#graph.dispose();
    this.#table.dispose();
    this.#sandwich.dispose();
    this.element.replaceChildren();
  }

  #build(): void {
    this.#panels.append(this.#graph.element, this.#table.element, this.#sandwich.element, this.#tree.element);
    this.element.replaceChildren(
      make('div', { className: 'ct-summary' },
        make('span', {}, this.#events, ' events'), this.#rate, this.#cost, this.status),
      this.#ledger.element,
      ...(this.source.range ? [this.#strip.element] : []),
      this.#toolbar.element, this.#crumbs.element, this.#panels, this.#told);
    this.#wide.addEventListener('change', this.#redraw);
    document.addEventListener('keydown', this.#key);
  }

  #set(change: Partial<ViewState>): void {
    this.#store.set(change);
  }

  #changed(): void {
    const { range, baseline } = this.#store.view;
    this.#ranges?.want(range);
    if (baseline && !this.#maker.baseline(this.#store.view)) {
      void this.#fetchBaseline(baseline);
    }
    this.#painter.now();
  }

  /** Asks for the counts of a baseline that came with the address, or was chosen of an earlier stretch of time. */
  async #fetchBaseline(range: TickRange): Promise<void> {
    if (!this.source.range || sameRange(this.#wantedBaseline, range)) {
      return;
    }
    this.#wantedBaseline = range;
    try {
      const [fold, upToIt] = await Promise.all([this.source.range(range.from, range.to), this.source.range(0, range.to)]);
      if (sameRange(this.#store.view.baseline, range)) {
        this.#maker.setBaseline(range, fold, upToIt);
        this.#painter.now();
      }
    } catch {
      // The connection line tells of lost connections; when it is back, `refetch` asks again.
    }
    this.#wantedBaseline = null;
  }

  /** After a lost connection: what could not be had then. */
  refetch(): void {
    this.#changed();
  }

  #draw(): void {
    const started = performance.now();
    const [scene, isComplete] = this.#maker.make(this.#store.view, currentTheme());
    this.#scene = scene;
    const { tab } = scene.view;
    this.element.dataset.tab = tab;
    this.#panels.setAttribute('aria-label', tab);
    const { isFrozen, newEvents } = this.#maker;
    this.#toolbar.draw(scene, { isFrozen, newEvents, ended: this.source.model.ended }, this.#hits.at(scene));
    this.#crumbs.draw(scene.view, scene.tree.path(scene.zoom.node), this.#maker.missing);
    this.#drawSummary(scene);
    if (tab === 'graph') {
      this.#graph.draw(scene, emptyWords(scene, this.source, this.#attaching));
    }
    this.#steps.run(this.#laterPanels(tab, scene));
    performance.measure('flame-update', { start: started });
    if (!isComplete) {
      this.#steps.soon(() => this.#painter.now());
    }
  }

  /** Each in a task of its own, so that none keeps the page from answering. */
  #laterPanels(tab: Tab, scene: Scene): (() => void)[] {
    const { model } = this.source;
    const isBeside = tab !== 'graph' || this.#wide.matches;
    return [
      () => this.#ledger.draw(model.definitions, scene.counts),
      () => this.#drawStrip(scene),
      ...(tab !== 'tree' && isBeside ? [() => this.#table.draw(scene)] : []),
      ...(tab === 'tree' ? [() => this.#tree.draw(scene)] : []),
      ...(tab === 'sandwich' ? [() => void (this.#sandwich.draw(scene) || this.#painter.ask())] : []),
    ];
  }

  #drawStrip({ view }: Scene): void {
    const baseline = this.#maker.baseline(view);
    this.#strip.draw(view.range, !this.source.model.ended, baseline && [baseline.counts.startMs, baseline.counts.endMs]);
  }

  #drawSummary({ counts, view }: Scene): void {
    const { events } = this.source.model;
    const isLive = view.range === null && !this.#maker.isFrozen && !view.baseline && !events.ended;
    setText(this.#events, formatCount(counts.generated));
    const average = counts.seconds > 0 ? counts.generated / counts.seconds : 0;
    setText(this.#rate, `${formatRate(isLive ? events.totalRate : average)} /s${isLive ? '' : ' on average'}`);
    setText(this.#cost, describeCost(events));
    this.#cost.title = explainCost(events);
  }

  #pick(name: string): void {
    this.#set({ subject: name });
    const { tree, totals } = this.#scene!;
    const node = widestOf(name, tree, totals.total);
    if (node > 0 && this.#store.view.tab === 'graph') {
      this.#graph.select(node);
    }
  }

  #stepHit(by: 1 | -1): void {
    const hit = this.#hits.step(this.#scene!, by); // there is a scene before there is a toolbar to click at
    if (!hit) {
      return;
    }
    if (this.#scene!.view.tab === 'tree') {
      this.#zoomOutTo(hit.node);
      this.#tree.reveal(hit.node);
    } else if (this.#scene!.view.tab === 'graph') {
      this.#show(hit.node);
    }
    this.#painter.now();
    setText(this.#told, hitWords(hit, this.#scene!));
  }

  /** Selects a frame of the graph, zooming so that it can be seen if it cannot be. */
  #show(node: number): void {
    const { graph } = this.#graph;
    if (!graph.boxOf(node)) {
      const { tree } = this.#scene!;
      this.#set({ zoom: tree.path(zoomFor(node, this.#scene!, graph.width)), rest: 0 });
      if (!graph.boxOf(node)) {
        this.#set({ zoom: tree.path(node), rest: 0 }); // many boxes make the narrowest one wider than usual
      }
    }
    this.#graph.select(node);
  }

  /** Leaves the zoom as far as it takes for a node to be under it. */
  #zoomOutTo(node: number): void {
    const { tree, zoom } = this.#scene!;
    const path = tree.path(node);
    const common = tree.path(zoom.node).findIndex((name, index) => path[index] !== name);
    if (common >= 0) {
      this.#set({ zoom: path.slice(0, common), rest: 0 });
    }
  }

  #freeze(): void {
    this.#maker.freeze(!this.#maker.isFrozen);
    this.element.classList.toggle('ct-paused', this.#maker.isFrozen);
    this.#painter.now();
  }

  #mark(): void {
    this.#set({ baseline: this.#maker.markBaseline(this.#store.view) });
  }

  #unmark(): void {
    this.#set({ baseline: null });
  }

  #reset(): void {
    const { shape } = this.#store.view;
    this.#set({ zoom: [], rest: 0, search: '', shape: { ...plainShape, group: shape.group } });
  }

  /** Keys that mean something wherever the focus is, but not while typing, nor in menus and dialogs. */
  #pressed(event: KeyboardEvent): void {
    if (!isForPage(event) || !this.#scene || this.#graph.hasMenu) {
      return;
    }
    const { zoom, rest, search } = this.#store.view;
    if (event.key === 'Escape' && search !== '') {
      this.#set({ search: '' });
    } else if (event.key === 'Escape' && (zoom.length > 0 || rest > 0)) {
      this.#set({ zoom: [], rest: 0 });
    } else if (event.key === 'Backspace') {
      this.#store.back();
    } else if (event.shiftKey || !this.#actions.key(event.key, this.#scene, this.#graph.inHand)) {
      return;
    }
    event.preventDefault();
  }
}

function hitWords({ node, number, of }: Hit, { tree, totals: { total } }: Scene): string {
  return `${tree.label(node)}, ${number} of ${of}, ${formatShare(share(total[node]!, total[0]!))}`;
}

function widestOf(name: string, tree: Scene['tree'], total: Float64Array): number {
  let widest = 0;
  for (let node = 1; node < tree.nodeCount; node++) {
    if (tree.frame(node)?.name === name && (widest === 0 || total[node]! > total[widest]!)) {
      widest = node;
    }
  }
  return widest;
}
