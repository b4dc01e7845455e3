import { make, setText } from '../dom';
import { formatCount, formatShare } from '../format';
import { press, toggle } from '../toggle';
import { kindColor, kindNames, changeColor, type Theme } from './frame-colors';
import type { Hit } from './hit-walk';
import { parseSearch } from './search';
import { share, type Scene } from './scene';
import type { Grouping } from './shape';
import type { StackInfo } from './stack-fold';
import type { Tab, ViewState } from './view-state';

/** Milliseconds after the last letter before a search begins. */
const typingPause = 120;

const groupNames: Readonly<Record<Grouping, string>> = {
  none: 'not grouped', process: 'by process', thread: 'by thread', cpu: 'by CPU', comm: 'by command name',
};

export const tabs: readonly [tab: Tab, label: string][] = [
  ['graph', 'Graph'], ['table', 'Table'], ['sandwich', 'Sandwich'], ['tree', 'Tree'],
];

export interface ToolbarEvents {
  set(change: Partial<ViewState>): void;
  freeze(): void;
  markBaseline(): void;
  clearBaseline(): void;
  reset(): void;
  /** Goes to the next frame that the search finds, or with -1 to the one before. */
  stepHit(by: 1 | -1): void;
}

/** What changes the view, and how it stands. */
export class Toolbar {
  readonly element: HTMLElement;
  readonly search = make('input', {
    type: 'search', placeholder: 'find: text or regex', spellcheck: false, autocomplete: 'off',
    'aria-label': 'Find functions', 'data-shortcut': '/',
    title: 'Find functions: text, or a regular expression (/). Enter goes to the next hit, Shift+Enter to the one before.',
  });
  readonly #hits: HTMLElement;
  readonly #matched = make('span', { className: 'ct-muted sv-matched', role: 'status' });
  readonly #tabs = new Map<Tab, HTMLButtonElement>();
  readonly #group: HTMLSelectElement;
  readonly #colors: HTMLSelectElement;
  readonly #norm: HTMLSelectElement;
  readonly #icicle: HTMLButtonElement;
  readonly #callers: HTMLButtonElement;
  readonly #order: HTMLButtonElement;
  readonly #freeze: HTMLButtonElement;
  readonly #badge = make('span', { className: 'ct-badge', hidden: true, role: 'status' });
  readonly #baseline: HTMLButtonElement;
  readonly #legend = make('p', { className: 'sv-legend' });
  #typing = 0;
  #legendShown = '';

  constructor(info: StackInfo, private readonly events: ToolbarEvents) {
    const { set } = events;
    const groups: Grouping[] = ['none', ...(info.singleProcess ? [] : ['process', 'comm'] as const),
      ...(info.byThread ? ['thread'] as const : []), ...(info.byCpu ? ['cpu'] as const : [])];
    this.#group = select('Group', groups.map(group => [group, groupNames[group]]), group =>
      set({ shape: { ...this.#view!.shape, group: group as Grouping }, zoom: [], rest: 0 }));
    this.#colors = select('Colours', [['kind', 'colour: kind'], ['module', 'colour: module'], ['name', 'colour: name']], colors =>
      set({ colors: colors as ViewState['colors'] }));
    this.#norm = select('Compared', [['second', 'per second'], ['total', 'per total']], norm =>
      set({ norm: norm as ViewState['norm'] }));
    this.#icicle = toggle('Icicle', 'i', 'Grow downwards instead of upwards', () => set({ icicle: !this.#view!.icicle }));
    this.#callers = toggle('Callers', 'v', 'Upside down: from each function out to its callers', () =>
      set({ shape: { ...this.#view!.shape, callers: !this.#view!.shape.callers }, zoom: [], rest: 0 }));
    this.#order = toggle('By weight', 'w', 'Widest first, instead of by name (which keeps every frame in its place)', () =>
      set({ order: this.#view!.order === 'name' ? 'weight' : 'name' }));
    this.#freeze = toggle('Freeze', 'Space', 'Keep this picture; the session goes on', () => events.freeze());
    this.#baseline = toggle('Mark baseline', 'b', 'Compare what comes with what is shown now', () =>
      (this.#compares ? events.clearBaseline() : events.markBaseline()));
    this.#hits = make('span', { className: 'sv-hits', hidden: true },
      stepper('‹', 'Previous hit', 'Shift+N', () => events.stepHit(-1)), stepper('›', 'Next hit', 'n', () => events.stepHit(1)));
    this.element = make('div', { className: 'sv-tools' },
      make('div', { className: 'sv-first' },
        make('div', { className: 'sv-tabs', role: 'tablist', 'aria-label': 'Views' },
          ...tabs.map(([tab, label], index) => this.#tab(tab, label, index))),
        this.#legend),
      make('div', { className: 'sv-row' },
        this.search, this.#hits, this.#matched, this.#group, this.#colors, this.#icicle, this.#callers, this.#order,
        make('span', { className: 'ct-pause' }, this.#badge, this.#norm, this.#baseline, this.#freeze,
          toggle('Reset', '0', 'Leave zoom, search and changes to the tree', () => events.reset()))));
    this.#listen();
  }

  #view: ViewState | null = null;
  #compares = false;

  draw(scene: Scene, frozen: { isFrozen: boolean; newEvents: number; ended: boolean }, hit: Hit | null): void {
    const { view, comparison } = scene;
    this.#view = view;
    this.#compares = comparison !== null;
    for (const [tab, button] of this.#tabs) {
      button.setAttribute('aria-selected', String(tab === view.tab));
      button.tabIndex = tab === view.tab ? 0 : -1;
    }
    if (document.activeElement !== this.search && this.search.value !== view.search) {
      this.search.value = view.search;
    }
    this.#group.value = view.shape.group;
    this.#colors.value = view.colors;
    this.#norm.value = view.norm;
    this.#norm.hidden = comparison === null;
    this.#icicle.hidden = view.tab !== 'graph';
    this.#callers.hidden = this.#order.hidden = view.tab !== 'graph' && view.tab !== 'tree';
    press(this.#icicle, view.icicle);
    press(this.#callers, view.shape.callers);
    press(this.#order, view.order === 'weight');
    press(this.#baseline, comparison !== null);
    setText(this.#baseline, comparison ? 'End comparison' : 'Mark baseline');
    this.#drawFreeze(frozen);
    this.#drawMatched(scene, hit);
    this.#drawLegend(scene);
  }

  #drawFreeze({ isFrozen, newEvents, ended }: { isFrozen: boolean; newEvents: number; ended: boolean }): void {
    this.#freeze.hidden = ended && !isFrozen;
    press(this.#freeze, isFrozen);
    setText(this.#freeze, isFrozen ? 'Go on' : 'Freeze');
    this.#badge.hidden = !isFrozen;
    setText(this.#badge, isFrozen ? `frozen · ${formatCount(newEvents)} new events since` : '');
  }

  #drawMatched({ view, found, totals }: Scene, hit: Hit | null): void {
    const error = parseSearch(view.search)?.error;
    this.search.setAttribute('aria-invalid', String(error !== undefined));
    const all = totals.total[0]!;
    const part = found ? formatShare(share(found.below[0]!, all)) : '';
    const words = found ? `${part} in ${formatCount(found.frames)} ${found.frames === 1 ? 'frame' : 'frames'}` : '';
    const place = hit ? `${formatCount(hit.number)} of ${formatCount(hit.of)}` : '';
    const canStep = (view.tab === 'graph' || view.tab === 'tree') && found !== null && found.frames > 0;
    this.#hits.hidden = !canStep;
    setText(this.#matched, [canStep ? place : '', words, error].filter(Boolean).join(' · '));
    this.#matched.title = found
      ? `${formatCount(found.below[0]!)} of ${formatCount(all)} events have a matching frame; nested ones count once`
      : '';
  }

  #drawLegend({ view, comparison, theme }: Scene): void {
    const shown = JSON.stringify([view.colors, comparison?.norm, theme]);
    if (shown === this.#legendShown) {
      return;
    }
    this.#legendShown = shown;
    const items = comparison ? changeLegend(theme, comparison.norm) : view.colors === 'kind' ? kindLegend(theme) : [];
    const words = `One colour for each ${view.colors}, everywhere.`;
    this.#legend.replaceChildren(...(items.length > 0 ? items : [words]));
  }

  #tab(tab: Tab, label: string, index: number): HTMLButtonElement {
    const button = make('button', {
      type: 'button', role: 'tab', 'data-shortcut': String(index + 1), title: `${label} (${index + 1})`,
      onclick: () => this.events.set({ tab }),
    }, label);
    this.#tabs.set(tab, button);
    return button;
  }

  #listen(): void {
    this.search.addEventListener('input', () => {
      clearTimeout(this.#typing);
      this.#typing = window.setTimeout(() => this.events.set({ search: this.search.value }), typingPause);
    });
    this.search.addEventListener('keydown', event => {
      if (event.key === 'Escape') {
        event.stopPropagation(); // one Esc, one thing
        this.search.value = '';
        this.search.blur();
        this.events.set({ search: '' });
      } else if (event.key === 'Enter') {
        this.#searchNow();
        this.events.stepHit(event.shiftKey ? -1 : 1);
      }
    });
    this.element.querySelector('[role=tablist]')?.addEventListener('keydown', event => this.#moveTab(event as KeyboardEvent));
  }

  /** What has been typed, without waiting for more. */
  #searchNow(): void {
    clearTimeout(this.#typing);
    if (this.search.value !== this.#view?.search) {
      this.events.set({ search: this.search.value });
    }
  }

  #moveTab(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const at = tabs.findIndex(([tab]) => tab === this.#view?.tab);
      const [next] = tabs[(at + step + tabs.length) % tabs.length]!;
      this.#tabs.get(next)?.click();
      this.#tabs.get(next)?.focus();
    }
  }
}

function kindLegend(theme: Theme): HTMLElement[] {
  return kindNames.map(([kind, name]) => legendItem(kindColor(kind, theme), name));
}

function changeLegend(theme: Theme, norm: string): HTMLElement[] {
  return [
    legendItem(changeColor(-1, theme), 'less than the baseline'),
    legendItem(changeColor(0, theme), 'as much'),
    legendItem(changeColor(1, theme), 'more'),
    make('span', {}, norm === 'second' ? 'compared in events per second' : 'compared in shares of all events'),
    make('span', {}, 'faint: too few events to tell'),
  ];
}

function legendItem(color: string, label: string): HTMLElement {
  const swatch = make('span', { className: 'sv-swatch', 'aria-hidden': 'true' });
  swatch.style.background = color;
  return make('span', {}, swatch, label);
}

function select(
  label: string, options: readonly (readonly [value: string, text: string])[], choose: (value: string) => void,
): HTMLSelectElement {
  const element = make('select', { 'aria-label': label, title: label },
    ...options.map(([value, text]) => make('option', { value }, text)));
  element.onchange = () => choose(element.value);
  element.hidden = options.length < 2;
  return element;
}

function stepper(sign: string, label: string, key: string, onclick: () => void): HTMLButtonElement {
  const title = `${label} (${key})`;
  return make('button', { type: 'button', 'aria-label': label, 'data-shortcut': key, title, onclick }, sign);
}
