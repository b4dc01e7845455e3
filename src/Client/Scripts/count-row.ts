import { make, setText } from './dom';
import type { Numbers } from './fold';
import { formatCount, formatRate, formatShare } from './format';
import { sparkHeight, sparkPath, sparkWidth } from './sparkline';
import { windowSeconds } from './second-ring';
import { visibleText } from './visible-text';

/** A row of the session, as the server describes it. */
export interface Target {
  slot: number;
  name: string;
  kind: string;
  where: string | null;
  mechanism: string | null;
  aliases: string[];
}

const svg = 'http://www.w3.org/2000/svg';

/** What is known of a row beside its numbers, in one line, ready to be shown. */
export function describeTarget(target: Target): string {
  const aliases = target.aliases.length > 0 ? `also known as ${target.aliases.join(', ')}` : null;
  const mechanism = target.mechanism ? `by ${target.mechanism}` : null;
  return visibleText([target.kind, target.where, mechanism, aliases].filter(Boolean).join(' · '));
}

/** One table row. It writes to the page only what differs from what is there. */
export class CountRow {
  readonly element: HTMLTableRowElement;
  readonly #name = make('span', { className: 'ct-name' });
  readonly #place = make('span', { className: 'ct-place' });
  readonly #count = make('td', { className: 'ct-number' });
  readonly #rate = make('td', { className: 'ct-number' });
  readonly #share = make('span');
  readonly #bar = make('span', { className: 'ct-bar' });
  readonly #line = document.createElementNS(svg, 'path');
  #barScale = '';
  #spark = '';

  constructor(target: Target, showPlace: boolean) {
    const spark = document.createElementNS(svg, 'svg');
    spark.setAttribute('viewBox', `0 0 ${sparkWidth} ${sparkHeight}`);
    spark.setAttribute('preserveAspectRatio', 'none');
    spark.setAttribute('aria-hidden', 'true');
    spark.append(this.#line);
    this.element = make('tr', { tabIndex: -1 },
      make('th', { scope: 'row' }, this.#name, this.#place),
      this.#count,
      this.#rate,
      make('td', { className: 'ct-number ct-share' }, this.#bar, this.#share),
      make('td', { className: 'ct-spark' }, spark));
    this.element.dataset.slot = String(target.slot);
    this.describe(target, showPlace);
  }

  /** The place is only worth the room where rows differ in it. */
  describe(target: Target, showPlace: boolean): void {
    const name = visibleText(target.name);
    setText(this.#name, name);
    setText(this.#place, showPlace ? visibleText(target.where?.split('/').at(-1) ?? '') : '');
    this.element.title = `${name}\n${describeTarget(target)}`;
  }

  /** The bar is drawn against the largest row (`most`), so that it tells rows apart even when all shares are small. */
  show(slot: number, numbers: Numbers, most: number): void {
    const count = numbers.count(slot);
    const share = numbers.total > 0 ? count / numbers.total : 0;
    setText(this.#count, formatCount(count));
    setText(this.#rate, formatRate(numbers.rate(slot)));
    setText(this.#share, formatShare(share));
    const scale = `scaleX(${(most > 0 ? count / most : 0).toFixed(2)})`;
    if (scale !== this.#barScale) {
      this.#bar.style.transform = this.#barScale = scale;
    }
    this.element.classList.toggle('ct-zero', count === 0);
  }

  drawSpark(values: readonly number[]): void {
    const path = sparkPath(values, windowSeconds);
    if (path !== this.#spark) {
      this.#line.setAttribute('d', this.#spark = path);
    }
  }
}
