import { copyText } from '../clipboard';
import { make, setText } from '../dom';
import type { Fold } from '../fold';
import { formatCount, formatRate } from '../format';
import type { Point } from '../popup';
import type { TickRange } from '../stacks/view-state';
import { visibleText } from '../visible-text';
import type { DistributionInfo, HeatMap, HeatMapQuery, SliceCommand, SliceQuery } from './distribution-data';
import type { Definitions } from './definitions';
import { emptyWords } from './empty-words';
import { HeatHistory } from './heat-history';
import { HeatPanel } from './heat-panel';
import type { Histogram } from './histogram';
import { HistogramPanel, histogramInWords, linesOf } from './histogram-panel';
import { KeyTable } from './key-table';
import { heatPicture, histogramPicture, save, type Caption } from './pictures';
import { hiddenOf, labelsOf, nameOfKey, shownHistogram, unitOf, type Scene } from './scene';
import type { Slice, SliceMenu } from './slice-menu';
import { StatsLine } from './stats-line';
import { formatSpan } from './values';
import type { PartView } from './view-state';

export interface SectionEvents {
  set(change: Partial<PartView>, range?: TickRange | null): void;
  setRange(range: TickRange | null): void;
  changed(): void;
  announce(text: string): void;
  heatMap(query: HeatMapQuery): Promise<HeatMap>;
  commands(query: SliceQuery): Promise<readonly SliceCommand[]>;
  readonly caption: Caption;
}

/** One distribution of the session: its numbers and its panels. */
export class Section {
  readonly element: HTMLElement;
  readonly #heading: HTMLHeadingElement;
  readonly #count = make('strong');
  readonly #rate = make('span');
  readonly #chips = make('div', { className: 'ds-chips' });
  readonly #stats = new StatsLine();
  readonly #heat: HeatPanel | null;
  readonly #histogram: HistogramPanel | null;
  readonly #table: KeyTable | null;
  readonly #empty = make('p', { className: 'ct-empty' });
  readonly #body = make('div', { className: 'ds-body' });
  readonly #summary = make('p', { className: 'visually-hidden' });
  readonly #past: HeatHistory;
  #scene: Scene | null = null;
  #shown: Histogram | null = null;
  #chipsShown = '';

  constructor(
    private readonly index: number, private readonly info: DistributionInfo, definitions: Definitions,
    private readonly menu: SliceMenu, private readonly events: SectionEvents,
  ) {
    const { histogram } = info;
    this.#past = new HeatHistory(index, definitions, () => ((this.element?.clientWidth ?? innerWidth) < 700 ? 160 : 320), {
      ask: query => events.heatMap(query), changed: () => events.changed(),
    });
    this.#heat = histogram ? new HeatPanel({
      pick: (range, buckets, at) => this.#pick({ buckets }, at, range), brush: range => events.setRange(range),
    }) : null;
    this.#histogram = histogram ? new HistogramPanel({ select: (buckets, isMore, at) => this.#select(buckets, isMore, at) }) : null;
    this.#table = !histogram || info.keys.length > 0 ? new KeyTable({
      set: change => events.set(change), pick: (key, at) => this.#pick({ key }, at)
    }) : null;
    this.#heading = make('h2', { id: `ds-${index}`, tabIndex: -1 }, visibleText(info.title));
    this.element = make('section', { className: 'ds-section', 'aria-labelledby': `ds-${index}` });
    this.#build();
  }

  dispose(): void {
    this.#heat?.dispose();
  }

  focus(): void {
    this.#heading.focus({ preventScroll: true });
    this.element.scrollIntoView({ block: 'start' });
  }

  /** A fold has been added to the model. */
  added(fold: Fold): void {
    if (this.#heat) {
      this.#past.added(fold);
    }
  }

  /** What could not be asked while the connection was lost. */
  refetch(): void {
    this.#past.refetch();
  }

  draw(scene: Scene): void {
    this.#scene = scene;
    const all = scene.summary.count({ key: null, hidden: new Set(), buckets: null });
    const part = { key: scene.part.key, hidden: hiddenOf(scene), buckets: scene.part.buckets };
    const shown = scene.summary.count(part);
    this.#drawHead(scene, shown);
    const words = emptyWords(scene, scene.part.buckets ? all : shown, all > 0);
    const hasPast = this.#past.columns.some(({ counts }) => counts.size > 0);
    this.#body.hidden = words !== '' && !hasPast && all === 0;
    this.#empty.hidden = words === '' || this.#table !== null && !this.#body.hidden;
    setText(this.#empty, words);
    this.#drawHistogram(scene);
    if (this.#table) {
      this.#table.draw(scene);
      this.#table.emptyWords = words || 'Nothing is left by what is hidden.';
    }
    this.#drawHeat(scene);
  }

  #build(): void {
    const { title, specifier } = this.info;
    const copy = [
      ...(this.#histogram ? [button('PNG', 'Save the histogram as a picture', () => this.#savePicture('histogram'))] : []),
      ...(this.#heat ? [button('Heat map PNG', 'Save the heat map as a picture', () => this.#savePicture('heat'))] : []),
      button('Copy JSON', 'Copy what is shown as JSON', () => void this.#copy(this.#json())),
    ];
    this.element.append(
      make('header', { className: 'ds-head' },
        this.#heading, ...(specifier && specifier !== title ? [make('code', { className: 'ct-muted' }, visibleText(specifier))] : []),
        make('span', { className: 'ct-muted' }, this.#count, ' ', this.info.histogram ? 'values' : 'calls'), this.#rate, this.#chips,
        make('span', { className: 'ds-head-tools' }, ...copy)),
      this.#empty, this.#body);
    if (this.#histogram) {
      this.#body.append(this.#stats.element, this.#summary,
        make('div', { className: 'ds-panels' }, this.#histogram.element, this.#heat!.element));
    }
    if (this.#table) {
      this.#body.append(this.#table.element);
    }
  }

  #drawHead(scene: Scene, shown: number): void {
    setText(this.#count, formatCount(shown));
    setText(this.#rate, `${formatRate(this.#rateOf(scene, shown))} /s${isOfLastSecond(scene) ? '' : ' on average'}`);
    const { part } = scene;
    const chips: [string, Partial<PartView>][] = [];
    if (part.key !== null) chips.push([`only ${nameOfKey(scene, part.key)}`, { key: null }]);
    if (part.buckets && scene.buckets) chips.push([formatSpan(scene.buckets.spanOf(...part.buckets), unitOf(scene)), { buckets: null }]);
    if (part.hidden.length > 0) chips.push([`${formatCount(part.hidden.length)} hidden`, { hidden: [] }]);
    const drawn = JSON.stringify(chips.map(([words]) => words));
    if (drawn !== this.#chipsShown) {
      this.#chipsShown = drawn;
      this.#chips.replaceChildren(...chips.map(([words, change]) => make('span', { className: 'sv-chip' }, words,
        make('button', { type: 'button', 'aria-label': `Take back: ${words}`, title: 'Take it back (Esc takes back all)', onclick: () => this.events.set(change) }, '✕'))));
    }
  }

  #rateOf(scene: Scene, shown: number): number {
    const { part, moment, summary, definitions, index } = scene;
    const average = shown / (summary.growth.seconds || 1);
    if (!isOfLastSecond(scene)) {
      return average;
    }
    const hidden = new Set(part.hidden);
    const keys = part.key !== null ? [part.key] : (definitions.keysOf[index] ?? []).filter(key => !hidden.has(key));
    return moment.seconds.fullSeconds === 0 ? average : keys.reduce((sum, key) => sum + (moment.seconds.lastSecond(key) ?? 0), 0);
  }

  #drawHistogram(scene: Scene): void {
    if (this.#histogram) {
      const histogram = this.#shown = shownHistogram(scene);
      this.#histogram.draw(scene, histogram);
      this.#stats.draw(scene, histogram, this.#rateOf({ ...scene, part: { ...scene.part, buckets: null } }, histogram.count));
      setText(this.#summary, histogramInWords(scene, histogram));
    }
  }

  #drawHeat(scene: Scene): void {
    if (this.#heat) {
      this.#past.follow(scene);
      this.#heat.draw(scene, this.#past.columns, this.#past.isLate);
    }
  }

  #select(buckets: readonly [number, number], isMore: boolean, at: Point): void {
    const before = this.#scene?.part.buckets;
    this.#pick({ buckets: isMore && before ? [Math.min(before[0], buckets[0]), Math.max(before[1], buckets[1])] : buckets }, at);
  }

  /** Selects, and offers what can be done with what is selected. */
  #pick(change: Partial<PartView>, at: Point, range?: TickRange): void {
    this.events.set(change, range);
    const scene = this.#scene!; // it has been drawn with the change
    this.menu.open(this.#slice(scene, scene.part, range), at);
  }

  #slice(scene: Scene, part: PartView, range?: TickRange): Slice {
    const { key, buckets } = part;
    const values = buckets && scene.buckets ? formatSpan(scene.buckets.spanOf(...buckets), unitOf(scene)) : '';
    const name = key === null ? '' : nameOfKey(scene, key);
    const title = [values, name].filter(Boolean).join(' · ') || 'everything';
    const hide = key !== null && this.info.keys.length > 0 ? [{
      label: 'Hide it', run: () => this.events.set({ key: null, hidden: [...new Set([...scene.part.hidden, key])] }),
    }] : [];
    return {
      title,
      actions: [
        ...(key !== null ? [{ label: 'Show all again', run: () => this.events.set({ key: null }) }] : []),
        ...hide,
        ...(buckets ? [{ label: 'Select all values again', run: () => this.events.set({ buckets: null }, range ? null : undefined) }] : []),
        { label: 'Copy value', run: () => void this.#copy(title) },
        { label: 'Copy as JSON', run: () => void this.#copy(JSON.stringify(this.#sliceJson(this.#scene!, part), null, 2)) },
      ],
      commands: this.events.commands({
        distribution: this.index, key, hidden: key === null ? part.hidden : [], fromBucket: buckets?.[0] ?? null, toBucket: buckets?.[1] ?? null,
      }),
    };
  }

  #sliceJson(scene: Scene, part: PartView): unknown {
    const { key, buckets } = part;
    const span = buckets && scene.buckets ? scene.buckets.spanOf(...buckets) : null;
    return {
      distribution: scene.info.title,
      time: scene.spanWords,
      key: key === null ? null : this.#keyJson(scene, key),
      values: span && { low: span.low === null ? null : Number(span.low), high: span.high === null ? null : Number(span.high) },
      count: scene.summary.count({ key, hidden: hiddenOf(scene), buckets }),
    };
  }

  #keyJson(scene: Scene, key: number): unknown {
    const labels = labelsOf(scene);
    return Object.fromEntries((scene.definitions.keys[key]?.cells ?? []).map(({ text, raw }, i) => [labels[i]!, raw ?? text]));
  }

  #json(): string {
    const scene = this.#scene!;
    const { info } = scene;
    const lines = this.#shown ? linesOf(scene, this.#shown, null).filter(({ gap }) => gap === 0) : null;
    return JSON.stringify({
      distribution: info.title, specifier: info.specifier, time: scene.spanWords,
      ...(lines ? {
        histogram: lines.map(({ buckets, count }) => {
          const { low, high } = scene.buckets!.spanOf(...buckets);
          return { low: low === null ? null : Number(low), high: high === null ? null : Number(high), count };
        }),
      } : {}),
      ...(this.#table ? {
        keys: this.#table.order.map(key => ({ key: this.#keyJson(scene, key), count: scene.summary.count({ key, hidden: new Set(), buckets: scene.part.buckets }) })),
      } : {}),
    }, null, 2);
  }

  async #copy(text: string): Promise<void> {
    this.events.announce(await copyText(text) ? 'Copied' : 'Could not copy');
  }

  #savePicture(kind: 'histogram' | 'heat'): void {
    const scene = this.#scene!;
    const canvas = kind === 'histogram' ? histogramPicture(scene, this.#shown!, this.events.caption)
      : heatPicture(scene, this.#past.columns, this.events.caption);
    void save(canvas, `${scene.info.title}-${kind}`);
  }
}

/** Of the last second where it is known for just what is shown; beside the average of what is compared with, an average too. */
function isOfLastSecond({ isLive, part, base }: Scene): boolean {
  return isLive && part.buckets === null && base === null;
}

function button(label: string, title: string, onclick: () => void): HTMLButtonElement {
  return make('button', { type: 'button', className: 'small', title, onclick }, label);
}
