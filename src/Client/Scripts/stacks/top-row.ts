import { make, setText } from '../dom';
import { formatCount, formatShare } from '../format';
import { visibleText } from '../visible-text';
import { changeOf, type Comparison } from './change';
import { changeColor, frameColor } from './frame-colors';
import type { FunctionTotals } from './function-totals';
import { baseName } from './ledger';
import { comparedWords, share, type Scene } from './scene';
import type { StackDefinitions } from './stack-definitions';
import { isUnknown } from './stack-fold';

/** One function. It writes to the page only what differs from what is there. */
export class TopRow {
  readonly element: HTMLTableRowElement;
  readonly #swatch = make('span', { className: 'sv-swatch' });
  readonly #name: HTMLButtonElement;
  readonly #self = new Amount();
  readonly #total = new Amount();
  readonly #change = make('td', { className: 'ct-number sv-change' });
  #color = '';

  constructor(definitions: StackDefinitions, name: number, pick: (name: string) => void) {
    const text = definitions.nameTexts[name]!;
    const module = moduleOf(definitions, name);
    this.#name = make('button', { type: 'button', className: 'sv-function', onclick: () => pick(text) }, visibleText(text));
    this.element = make('tr', { title: `${visibleText(text)}\n${visibleText(module)}` },
      make('th', { scope: 'row' },
        make('div', { className: 'sv-names' },
          this.#swatch, this.#name, make('span', { className: 'ct-place' }, visibleText(baseName(module))))),
      this.#self.cell, this.#total.cell, this.#change);
  }

  focus(): void {
    this.#name.focus({ preventScroll: true });
  }

  show(scene: Scene, sums: FunctionTotals, changes: Comparison | null, name: number, index: number): void {
    this.element.setAttribute('aria-rowindex', String(index + 2));
    const { tree, totals, view, theme, zoom } = scene;
    const whole = totals.total[zoom.node]!;
    const frame = tree.definitions.frames[tree.definitions.nameFrames.at(name)]!;
    const change = changes && changeOf(changes, name);
    this.#paint(change ? changeColor(change.tone, theme) : frameColor(frame, view.colors, theme));
    this.#self.show(sums.self[name]!, whole);
    this.#total.show(sums.total[name]!, whole);
    const difference = change ? change.now - change.then : 0;
    const words = change ? comparedWords(changes!.norm, Math.abs(difference)) : '';
    setText(this.#change, change ? `${difference < 0 ? '−' : '+'}${words}` : '');
    const isSubject = view.subject !== null && view.subject === tree.definitions.nameTexts[name];
    this.element.classList.toggle('sv-subject', isSubject);
    this.#name.setAttribute('aria-pressed', String(isSubject));
  }

  #paint(color: string): void {
    if (color !== this.#color) {
      this.#swatch.style.background = this.#color = color;
    }
  }
}

/** A count, for which there is room where the table has the page for itself, and its share of what is zoomed. */
class Amount {
  readonly cell: HTMLTableCellElement;
  readonly #count = make('span', { className: 'sv-count' });
  readonly #share = make('span');

  constructor() {
    this.cell = make('td', { className: 'ct-number' }, this.#count, this.#share);
  }

  show(count: number, whole: number): void {
    setText(this.#count, formatCount(count));
    setText(this.#share, formatShare(share(count, whole)));
  }
}

function moduleOf(definitions: StackDefinitions, name: number): string {
  const frame = definitions.frames[definitions.nameFrames.at(name)]!;
  const isShared = definitions.nameIsShared.at(name) === 1;
  return isShared ? (isUnknown(frame.kind) ? 'several' : `${frame.module ?? 'unknown'} and others`) : frame.module ?? '';
}
