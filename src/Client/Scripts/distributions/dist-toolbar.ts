import { make, setText } from '../dom';
import { formatCount } from '../format';
import { press, toggle } from '../toggle';
import type { DistView } from './view-state';

export interface ToolbarEvents {
  set(change: Partial<DistView>): void;
  freeze(): void;
  /** Makes what is shown the baseline, or ends the comparison. */
  compare(): void;
  go(distribution: number): void;
}

export interface ToolbarState {
  isFrozen: boolean;
  newEvents: number;
  ended: boolean;
  /** What is compared with, in words; empty if nothing is. */
  baseWords: string;
  shownWords: string;
}

/** What changes the view of all distributions, and how it stands. */
export class DistToolbar {
  readonly element: HTMLElement;
  readonly #fine: HTMLButtonElement;
  readonly #log: HTMLButtonElement;
  readonly #cumulative: HTMLButtonElement;
  readonly #colors: HTMLButtonElement;
  readonly #hold: HTMLButtonElement;
  readonly #compare: HTMLButtonElement;
  readonly #freeze: HTMLButtonElement;
  readonly #badge = make('span', { className: 'ct-badge', hidden: true, role: 'status' });
  readonly #norm = make('select', { 'aria-label': 'Compared', title: 'How the two are made comparable' },
    make('option', { value: 'second' }, 'per second'), make('option', { value: 'total' }, 'per total'));
  readonly #legend = make('p', { className: 'ds-compare-legend', hidden: true });
  readonly #shown = make('span');
  readonly #base = make('span');
  readonly #rule = make('span');
  #view: DistView | null = null;

  constructor(has: { histograms: boolean; tables: boolean }, titles: readonly string[], events: ToolbarEvents, others: HTMLElement) {
    this.#fine = toggle('Fine buckets', 'f', 'Eight bars for each power of two instead of one', () => events.set({ fine: !this.#view!.fine }));
    this.#log = toggle('Log axis', 'a', 'Lengths of bars by logarithm, so that small counts can be seen', () => events.set({ logBars: !this.#view!.logBars }));
    this.#cumulative = toggle('Cumulative line', 'u', 'How much of all has come up to each bar', () => events.set({ cumulative: !this.#view!.cumulative }));
    this.#colors = toggle('Log colours', 'o', 'Colours of the heat map by logarithm, so that few can be seen beside many', () => events.set({ logColors: !this.#view!.logColors }));
    this.#hold = toggle('Hold order', 'h', 'Rows of tables stay where they are while numbers change', () => events.set({ hold: !this.#view!.hold }));
    this.#compare = toggle('Mark baseline', 'b', 'Compare what comes, or another stretch of time, with what is shown now', () => events.compare());
    this.#freeze = toggle('Freeze', 'Space', 'Keep this picture; the session goes on', () => events.freeze());
    this.#norm.onchange = () => events.set({ norm: this.#norm.value as DistView['norm'] });
    const swatch = (name: string) => make('span', { className: `sv-swatch ${name}`, 'aria-hidden': 'true' });
    this.#legend.append(make('span', {}, swatch('ds-swatch-shown'), this.#shown), make('span', {}, swatch('ds-swatch-base'), this.#base), this.#rule);
    this.#fine.hidden = this.#log.hidden = this.#cumulative.hidden = this.#colors.hidden = !has.histograms;
    this.#hold.hidden = !has.tables;
    this.element = make('div', { className: 'ds-tools' },
      ...(titles.length > 1 ? [navigation(titles, events.go)] : []),
      make('div', { className: 'sv-row' },
        this.#fine, this.#log, this.#cumulative, this.#colors, this.#hold,
        make('span', { className: 'ct-pause' }, this.#badge, this.#norm, this.#compare, others, this.#freeze)),
      this.#legend);
  }

  draw(view: DistView, { isFrozen, newEvents, ended, baseWords, shownWords }: ToolbarState): void {
    this.#view = view;
    press(this.#fine, view.fine);
    press(this.#log, view.logBars);
    press(this.#cumulative, view.cumulative);
    press(this.#colors, view.logColors);
    press(this.#hold, view.hold);
    press(this.#compare, view.base !== null);
    setText(this.#compare, view.base ? 'End comparison' : 'Mark baseline');
    this.#norm.value = view.norm;
    this.#norm.hidden = this.#legend.hidden = view.base === null;
    setText(this.#shown, `shown: ${shownWords}`);
    setText(this.#base, `baseline: ${baseWords || 'waiting…'}`);
    setText(this.#rule, view.norm === 'second' ? 'bars compare values per second' : 'bars compare shares of all values');
    this.#freeze.hidden = ended && !isFrozen;
    press(this.#freeze, isFrozen);
    setText(this.#freeze, isFrozen ? 'Go on' : 'Freeze');
    this.#badge.hidden = !isFrozen;
    setText(this.#badge, isFrozen ? `frozen · ${formatCount(newEvents)} new events since` : '');
  }
}

/** A way to each distribution: 1 to 9 by key. */
function navigation(titles: readonly string[], go: (distribution: number) => void): HTMLElement {
  return make('nav', { className: 'ds-nav', 'aria-label': 'Distributions' }, ...titles.map((title, i) => {
    const key = i < 9 ? String(i + 1) : '';
    return make('button', {
      type: 'button', className: 'small', title: key ? `${title} (${key})` : title, onclick: () => go(i), ...(key ? { 'data-shortcut': key } : {}),
    }, ...(key ? [make('kbd', {}, key)] : []), make('span', {}, title));
  }));
}
