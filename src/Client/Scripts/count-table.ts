import { describeCost, describeMisses, explainCost, missesExplained } from './cost';
import { CountGrid } from './count-grid';
import type { Target } from './count-row';
import { make, Painter, setText } from './dom';
import { FoldNumbers, type Numbers } from './fold';
import { FoldModel } from './fold-model';
import { formatCount, formatRate } from './format';
import { IntervalPicker } from './interval-picker';
import { LiveFeed } from './live-feed';
import { parseFilter } from './row-filter';

export interface CountTableOptions {
  sessionId: string;
  targets: Target[];
  intervalMs: number | null;
  durationMs: number | null;
}

/** Milliseconds between two drawings: the eye reads no more than four numbers a second. */
const paintEvery = 250;

/** Called by the interop class; the element belongs to this module until `dispose`. */
export function create(element: HTMLElement, options: CountTableOptions): CountTable {
  return new CountTable(element, options);
}

/** The hot pane of a session page: takes folds from the hub and draws them. */
export class CountTable {
  readonly #model: FoldModel;
  readonly #live: LiveFeed;
  readonly #painter = new Painter(() => this.#draw(), paintEvery);
  readonly #grid = new CountGrid(() => this.#painter.now());
  readonly #picker: IntervalPicker | null;
  readonly #filter = make('input', {
    type: 'search', placeholder: 'str, str* or /^str/', spellcheck: false, autocomplete: 'off',
    'aria-label': 'Filter functions', 'data-shortcut': '/', title: 'Filter (/)',
  });
  readonly #showZero = make('input', { type: 'checkbox' });
  readonly #rows = make('span', { className: 'ct-muted' });
  readonly #pause = make('button', { type: 'button', 'data-shortcut': 'Space', title: 'Pause the view, not the session (Space)' });
  readonly #badge = make('span', { className: 'ct-badge', hidden: true });
  readonly #events = make('strong');
  readonly #rate = make('span');
  readonly #cost = make('span');
  readonly #misses = make('span', { title: missesExplained });
  readonly #empty = make('p', { className: 'ct-empty' });
  /** The numbers at the moment of pausing. */
  #paused: FoldModel | null = null;
  #block: { index: number; numbers: FoldNumbers } | null = null;
  #blockEndMs = 0;
  #fetchingBlock = false;
  #targets: readonly Target[];

  constructor(private readonly element: HTMLElement, options: CountTableOptions) {
    this.#targets = options.targets;
    this.#model = new FoldModel(options.targets.reduce((most, target) => Math.max(most, target.slot + 1), 0));
    this.#picker = options.intervalMs
      ? new IntervalPicker(options.intervalMs, options.durationMs, () => this.#painter.now())
      : null;
    this.#live = new LiveFeed(options.sessionId, this.#model, { changed: () => this.#painter.ask() });
    this.#grid.setTargets(options.targets);
    this.#build();
    this.#painter.now();
    void this.#live.feed.start();
  }

  /** Takes over what attaching changed: names stay, mechanisms become known. */
  update(targets: Target[]): void {
    this.#targets = targets;
    this.#grid.setTargets(targets);
    this.#painter.ask();
  }

  async dispose(): Promise<void> {
    this.#painter.stop();
    this.element.replaceChildren();
    await this.#live.dispose();
  }

  #build(): void {
    this.#filter.oninput = this.#showZero.onchange = () => this.#painter.now();
    this.#filter.addEventListener('keydown', event => event.key === 'Escape' && this.#clearFilter());
    this.#pause.onclick = () => this.#togglePause();
    this.element.replaceChildren(
      this.#live.orphaned,
      make('div', { className: 'ct-summary' },
        make('span', {}, this.#events, ' events'), this.#rate, this.#cost, this.#misses, this.#live.line),
      make('div', { className: 'ct-tools' },
        this.#filter, make('label', { className: 'ct-check' }, this.#showZero, 'rows at zero'), this.#rows,
        ...(this.#picker ? [this.#picker.element] : []),
        make('span', { className: 'ct-pause' }, this.#badge, this.#pause)),
      this.#grid.element,
      this.#empty);
  }

  #clearFilter(): void {
    this.#filter.value = '';
    this.#filter.blur();
    this.#painter.now();
  }

  #togglePause(): void {
    this.#paused = this.#paused ? null : this.#model.clone();
    this.#painter.now();
  }

  #draw(): void {
    const model = this.#paused ?? this.#model;
    this.#picker?.advance(model.endMs);
    const filter = parseFilter(this.#filter.value);
    const numbers = this.#numbers(model);
    this.#grid.rateLabel = this.#model.ended || numbers !== model ? 'Average /s' : 'Rate /s';
    this.#grid.show({ numbers, history: model, filter, showZero: this.#showZero.checked });
    this.#filter.setAttribute('aria-invalid', String(filter.error !== undefined));
    setText(this.#rows, filter.error ?? `${formatCount(this.#grid.shown)} of ${formatCount(this.#targets.length)} rows`);
    this.#drawSummary(model, numbers);
    this.#drawPause();
    this.#drawEmpty(numbers);
  }

  /** The running total; or the interval chosen, from the server, again while it grows. */
  #numbers(model: FoldModel): Numbers {
    const period = this.#picker?.period ?? { kind: 'total' };
    if (period.kind === 'total') {
      return model;
    }
    const isOld = this.#block?.index !== period.index;
    if (isOld || (!this.#paused && this.#picker!.isPartial(period.index, this.#blockEndMs))) {
      void this.#fetchBlock(period.index);
    }
    // Until it arrives, a moment later, the one before stays: an empty table in between would flicker.
    return this.#block?.numbers ?? emptyNumbers;
  }

  async #fetchBlock(index: number): Promise<void> {
    if (this.#fetchingBlock || this.#live.feed.state.kind === 'reconnecting') {
      return;
    }
    this.#fetchingBlock = true;
    try {
      const fold = await this.#live.feed.block(index);
      this.#block = { index, numbers: new FoldNumbers(fold) };
      this.#blockEndMs = fold.endMs;
      this.#painter.ask();
    } catch {
      // The connection line tells of lost connections; the next drawing asks again.
      this.#block = null;
    } finally {
      this.#fetchingBlock = false;
    }
  }

  #drawSummary(model: FoldModel, numbers: Numbers): void {
    setText(this.#events, formatCount(numbers.total));
    setText(this.#rate, `${formatRate(numbers.totalRate)} /s`);
    setText(this.#cost, describeCost(model));
    this.#cost.title = explainCost(model);
    setText(this.#misses, describeMisses(model));
    this.#misses.className = model.misses === 0 ? '' : 'ct-lossy';
  }

  #drawPause(): void {
    const isPaused = this.#paused !== null;
    this.element.classList.toggle('ct-paused', isPaused);
    this.#badge.hidden = !isPaused;
    setText(this.#pause, isPaused ? 'Resume view' : 'Pause view');
    this.#pause.setAttribute('aria-pressed', String(isPaused));
    if (this.#paused) {
      setText(this.#badge, `view paused · ${formatCount(this.#model.total - this.#paused.total)} new events since`);
    }
  }

  #drawEmpty(numbers: Numbers): void {
    const reason = this.#grid.shown > 0 ? ''
      : this.#targets.length === 0 ? 'No rows yet: the probes are being attached.'
      : this.#filter.value !== '' ? 'No row matches the filter.'
      : this.#model.ended ? 'Nothing was counted.'
      : numbers === this.#model || this.#paused ? 'Nothing counted yet. The rows appear with their first event.'
      : 'Nothing counted in this interval.';
    this.#empty.hidden = reason === '';
    setText(this.#empty, reason);
  }
}

const emptyNumbers: Numbers = { total: 0, totalRate: 0, count: () => 0, rate: () => 0 };
