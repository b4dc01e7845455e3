import { writeFragment } from '../address';
import { describeCost, describeMisses, describeOpenCalls, explainCost, missesExplained, openCallsExplained } from '../cost';
import { make, Painter, setText } from '../dom';
import type { Fold } from '../fold';
import { formatCount, formatRate, formatSeconds } from '../format';
import type { Bench } from '../live-bench';
import { isForPage } from '../shortcut';
import { lossWords } from '../stacks/ledger';
import { LiveTimeline } from '../stacks/live-timeline';
import type { Timeline } from '../stacks/stack-fold';
import { RangeLoader } from '../stacks/range-loader';
import { Steps } from '../stacks/steps';
import { currentTheme, watchTheme } from '../stacks/theme-watch';
import { TimeStrip } from '../stacks/time-strip';
import type { TickRange } from '../stacks/view-state';
import { Baselines, type OtherSession } from './baselines';
import { barsOf, Buckets } from './buckets';
import { DistToolbar } from './dist-toolbar';
import type { DistributionsInfo, HeatMap, HeatMapQuery, SliceCommand, SliceQuery } from './distribution-data';
import type { DistributionModel, Moment } from './distribution-model';
import { Growth } from './growth';
import type { Caption } from './pictures';
import { findKey, textOf, type Scene } from './scene';
import { Section } from './section';
import { SessionChoice, type SessionSummary } from './session-choice';
import { SliceMenu } from './slice-menu';
import { Summary } from './summary';
import { withoutFolders } from './values';
import { decodeView, encodeView, plainPart, type DistView, type PartView } from './view-state';

/** Milliseconds between two drawings of what came by itself; what the user does is drawn at once. */
const paintEvery = 250;

/** Where a bench has its data from. */
export interface DistSource {
  readonly model: DistributionModel;
  readonly info: DistributionsInfo;
  readonly sessionId: string;
  readonly caption: Caption;
  range(from: number, to: number): Promise<Fold>;
  timeline(maxPoints: number): Promise<Timeline>;
  heatMap(query: HeatMapQuery): Promise<HeatMap>;
  commands(query: SliceQuery): Promise<readonly SliceCommand[]>;
  /** Null if there is no such session, or it has no distributions. */
  other(id: string): Promise<OtherSession | null>;
  sessions(): Promise<readonly SessionSummary[]>;
}

/** Everything that shows a session's distributions, and the view that they share. */
export class DistBench implements Bench {
  /** Beside the numbers of the first line: how the connection stands. */
  readonly status = make('span');
  readonly #painter = new Painter(() => this.#draw(), paintEvery);
  readonly #steps = new Steps();
  readonly #timeline: LiveTimeline;
  readonly #strip: TimeStrip;
  readonly #toolbar: DistToolbar;
  readonly #menu = new SliceMenu();
  readonly #sections: readonly Section[];
  readonly #buckets: readonly (Buckets | null)[];
  readonly #baselines: Baselines;
  readonly #events = make('strong');
  readonly #rate = make('span');
  readonly #cost = make('span');
  readonly #losses = make('span');
  readonly #away = make('span', {
    className: 'ct-lossy', title: 'The kernel\'s map was full. What is in it goes on being counted; how many hits were of other values is in what was lost.',
  });
  readonly #misses = make('span', { title: missesExplained });
  readonly #open = make('span', { title: openCallsExplained });
  readonly #told = make('p', { className: 'visually-hidden', role: 'status' });
  readonly #unwatchTheme = watchTheme(() => this.#painter.now());
  readonly #key = (event: KeyboardEvent) => this.#pressed(event);
  readonly #follow = () => {
    this.#view = decodeView(location.hash, this.source.info.distributions.length);
    this.#changed();
  };
  #view: DistView;
  #frozen: Moment | null = null;
  /** Of the stretch of time that was chosen last. */
  #rangeGrowth: Growth | null = null;
  readonly #ranges: RangeLoader;
  #attaching = false;
  #isDisposed = false;
  /** Whether the server has said what there is so far. */
  #hasHeard = false;
  #drawn: readonly Scene[] = [];
  /** The distribution that was last acted upon: it is drawn at once. */
  #inHand = 0;

  constructor(private readonly element: HTMLElement, private readonly source: DistSource) {
    const { info, model } = source;
    const all = info.distributions;
    this.#view = decodeView(location.hash, all.length);
    this.#buckets = all.map(({ histogram }) => (histogram ? new Buckets(histogram) : null));
    this.#timeline = new LiveTimeline(points => source.timeline(points), () => this.#painter.ask());
    this.#ranges = new RangeLoader((from, to) => source.range(from, to), (_, fold) => {
      this.#rangeGrowth = Growth.of(fold);
      this.#painter.now();
    });
    this.#baselines = new Baselines(source, this.#buckets, this.#timeline.model, () => this.#painter.now());
    const choice = new SessionChoice(source.sessionId, () => source.sessions(), id => this.#compareWith(id));
    this.#toolbar = new DistToolbar(
      { histograms: all.some(each => each.histogram), tables: all.some(each => !each.histogram || each.keys.length > 0) },
      all.map(({ title, specifier }) => (title === specifier ? withoutFolders(title) : title)),
      { set: change => this.#set(change), freeze: () => this.#freeze(), compare: () => this.#compare(), go: to => this.#sections[to]?.focus() },
      choice.element);
    this.#strip = new TimeStrip(this.#timeline.model, range => this.#set({ range }));
    this.#sections = all.map((each, index) => new Section(index, each, model.definitions, this.#menu, {
      set: (change, range) => this.#setPart(index, change, range),
      setRange: range => this.#set({ range }),
      changed: () => this.#painter.ask(),
      announce: text => setText(this.#told, text),
      heatMap: query => source.heatMap(query),
      commands: query => source.commands(query),
      caption: source.caption,
    }));
    this.#build();
    this.#changed();
  }

  /** A fold has been added to the model. */
  added(fold: Fold): void {
    this.#timeline.add(fold);
    this.#sections.forEach(section => section.added(fold));
    this.#painter.ask();
  }

  set attaching(attaching: boolean) {
    this.#attaching = attaching;
    this.#painter.ask();
  }

  /** Something else is known of the session, such as its end. */
  changed(): void {
    const isFirst = !this.#hasHeard;
    this.#hasHeard = true;
    if (isFirst) {
      this.#painter.now(); // the page was drawn empty a moment ago: nobody is to wait for the next time
    } else {
      this.#painter.ask();
    }
  }

  /** After a lost connection: what could not be had then. */
  refetch(): void {
    this.#sections.forEach(section => section.refetch());
    this.#baselines.refetch();
    this.#changed();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#painter.stop();
    this.#steps.stop();
    this.#unwatchTheme();
    this.#strip.dispose();
    this.#menu.dispose();
    this.#sections.forEach(section => section.dispose());
    removeEventListener('hashchange', this.#follow);
    document.removeEventListener('keydown', this.#key);
    this.element.replaceChildren();
  }

  #build(): void {
    this.element.replaceChildren(
      make('div', { className: 'ct-summary' }, make('span', {}, this.#events, ' events'), this.#rate, this.#cost, this.status),
      make('p', { className: 'sv-ledger' }, this.#losses, this.#away, this.#misses, this.#open),
      this.#strip.element, this.#toolbar.element, ...this.#sections.map(section => section.element), this.#menu.element, this.#told);
    addEventListener('hashchange', this.#follow);
    document.addEventListener('keydown', this.#key);
  }

  #set(change: Partial<DistView>): void {
    this.#view = { ...this.#view, ...change };
    this.#write();
    this.#changed();
  }

  #setPart(index: number, change: Partial<PartView>, range?: TickRange | null): void {
    this.#inHand = index;
    const parts = this.#view.parts.map((part, i) => (i === index ? { ...part, ...change } : this.#alike(part, i, index, change)));
    this.#set({ parts, ...(range === undefined ? {} : { range }) });
  }

  /** A key that is selected, is so in all distributions that tell the same apart. */
  #alike(part: PartView, i: number, index: number, { key }: Partial<PartView>): PartView {
    const { info: { distributions }, model: { definitions } } = this.source;
    const labels = (at: number) => JSON.stringify(distributions[at]!.keys.map(each => each.label));
    if (key === undefined || distributions[i]!.keys.length === 0 || labels(i) !== labels(index)) {
      return part;
    }
    return { ...part, key: key === null ? null : findKey(definitions, i, textOf(definitions, key)) ?? part.key };
  }

  #changed(): void {
    const { range, base } = this.#view;
    this.#ranges.want(range);
    this.#baselines.want(base);
    this.#painter.now();
  }

  #draw(): void {
    const { model } = this.source;
    const moment = this.#frozen ?? model;
    this.element.classList.toggle('ct-paused', this.#frozen !== null);
    this.#drawSummary(moment);
    this.#strip.draw(this.#view.range, !model.ended, this.#baselines.rangeMs);
    this.#toolbar.draw(this.#view, {
      isFrozen: this.#frozen !== null, newEvents: model.growth.total - moment.growth.total, ended: model.ended,
      baseWords: this.#baselines.words, shownWords: this.#spanWords(moment),
    });
    this.#drawn = this.#sections.map((_, index) => this.#scene(index, moment));
    this.#sections[this.#inHand]?.draw(this.#drawn[this.#inHand]!);
    // Each of the others in a task of its own, so that none keeps the page from answering.
    this.#steps.run(this.#sections.map((section, index) => () => section.draw(this.#drawn[index]!)).filter((_, i) => i !== this.#inHand));
  }

  #scene(index: number, moment: Moment): Scene {
    const { info, model } = this.source;
    const { definitions } = model;
    const distribution = info.distributions[index]!;
    const buckets = this.#buckets[index]!;
    const growth = this.#growth(moment);
    const isWhole = this.#view.range === null;
    return {
      index, info: distribution, view: this.#view, part: this.#view.parts[index] ?? plainPart, definitions, moment,
      summary: new Summary(definitions, growth, index, buckets, isWhole, moment.extremes),
      isLive: isWhole && !this.#frozen && !model.ended,
      buckets, bars: buckets && barsOf(buckets, this.#view.fine),
      base: this.#baselines.of(index),
      isFrozen: this.#frozen !== null, isDark: currentTheme().dark, spanWords: this.#spanWords(moment),
      top: distribution.histogram ? null : info.top ?? null, // as in BCC, where -T is not of histograms
      state: model.ended ? 'ended' : this.#attaching ? 'attaching' : this.#hasHeard ? 'running' : 'loading',
    };
  }

  /** Until a range arrives, a moment later, what was shown before stays: empty panels in between would flicker. */
  #growth(moment: Moment): Growth {
    return this.#view.range ? this.#rangeGrowth ?? moment.growth : moment.growth;
  }

  #spanWords(moment: Moment): string {
    const { range } = this.#view;
    const [from, to] = range ? [this.#timeline.model.msOf(range.from), this.#timeline.model.msOf(range.to)] : [0, moment.growth.endMs];
    return `${formatSeconds(from)} – ${formatSeconds(to)}`;
  }

  #drawSummary(moment: Moment): void {
    const { events } = moment;
    const { range } = this.#view;
    const growth = this.#growth(moment);
    setText(this.#events, formatCount(growth.total));
    const isLive = !range && !this.#frozen && !events.ended;
    const average = growth.seconds > 0 ? growth.total / growth.seconds : 0;
    setText(this.#rate, `${formatRate(isLive ? events.totalRate : average)} /s${isLive ? '' : ' on average'}`);
    setText(this.#cost, describeCost(events));
    this.#cost.title = explainCost(events);
    setText(this.#losses, lossWords(growth));
    this.#losses.className = growth.losses.size > 0 ? 'ct-lossy' : '';
    const away = growth.keysTurnedAway;
    setText(this.#away, away > 0 ? `about ${formatCount(away)} different values found no room` : '');
    setText(this.#misses, describeMisses(growth));
    this.#misses.className = growth.misses > 0 ? 'ct-lossy' : '';
    setText(this.#open, describeOpenCalls(events));
  }

  #freeze(): void {
    this.#frozen = this.#frozen ? null : this.source.model.freeze();
    this.#painter.now();
  }

  #compare(): void {
    if (this.#view.base) {
      this.#set({ base: null });
      return;
    }
    const { model } = this.source;
    const range = this.#view.range ?? { from: 0, to: (this.#frozen ?? model).events.cursor };
    if (range.to > range.from) {
      this.#set({ base: { kind: 'range', range } });
    }
  }

  async #compareWith(id: string): Promise<string> {
    const problem = await this.#baselines.check(id);
    if (problem === '') {
      this.#set({ base: { kind: 'session', id } });
    }
    return problem;
  }

  #write(): void {
    if (!this.#isDisposed) { // by what was typed a moment ago, the address is that of another page by now
      writeFragment(encodeView(this.#view));
    }
  }

  /** Keys that mean something wherever the focus is, but not while typing, nor in menus and dialogs. */
  #pressed(event: KeyboardEvent): void {
    if (!isForPage(event) || this.#menu.isOpen) {
      return;
    }
    if (event.key === ']' || event.key === '[') {
      this.#step(event.key === ']' ? 1 : -1);
    } else if (event.key === 'Escape' && this.#isSelected) {
      this.#set({ parts: this.#view.parts.map(part => ({ ...part, key: null, buckets: null, hidden: [] })) });
    } else {
      return;
    }
    event.preventDefault();
  }

  get #isSelected(): boolean {
    return this.#view.parts.some(part => part.key !== null || part.buckets !== null || part.hidden.length > 0);
  }

  /** From the distribution with the focus, or in sight, to the next. */
  #step(by: 1 | -1): void {
    const has = this.#sections.findIndex(({ element }) => element.contains(document.activeElement));
    const seen = this.#sections.findIndex(({ element }) => element.getBoundingClientRect().bottom > 80);
    const at = has >= 0 ? has : by > 0 ? seen - 1 : seen;
    this.#sections[Math.max(0, Math.min(this.#sections.length - 1, at + by))]?.focus();
  }
}
