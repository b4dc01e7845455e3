import { make, setText } from './dom';
import type { Numbers } from './fold';
import { formatCount, formatRate, formatShare } from './format';
import { sparkHeight, sparkPath, sparkWidth } from './sparkline';
import { windowSeconds } from './second-ring';

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

/** What is known of a row beside its numbers, in one line. */
export function describeTarget(target: Target): string {
  const aliases = target.aliases.length > 0 ? `also known as ${target.aliases.join(', ')}` : null;
  const mechanism = target.mechanism ? `by ${target.mechanism}` : null;
  return [target.kind, target.where, mechanism, aliases].filter(Boolean).join(' · ');
}

/** One table row. It writes to the page only what differs from what is there. */
export class CountRow {
  readonly element: HTMLTableRowElement;
  readonly #name = make('span', { className: 'ct-name' });
  readonly #count = make('td', { className: 'ct-number' });
  readonly #rate = make('td', { className: 'ct-number' });
  readonly #share = make('span');
  readonly #bar = make('span', { className: 'ct-bar' });
  readonly #line = document.createElementNS(svg, 'path');
  #barScale = '';
  #spark = '';

  constructor(target: Target) {
    const spark = document.createElementNS(svg, 'svg');
    spark.setAttribute('viewBox', `0 0 ${sparkWidth} ${sparkHeight}`);
    spark.setAttribute('preserveAspectRatio', 'none');
    spark.setAttribute('aria-hidden', 'true');
    spark.append(this.#line);
    this.element = make('tr', { tabIndex: -1 },
      make('th', { scope: 'row' }, this.#name),
      this.#count,
      this.#rate,
      make('td', { className: 'ct-number ct-share' }, this.#bar, this.#share),
      make('td', { className: 'ct-spark' }, spark));
    this.element.dataset.slot = String(target.slot);
    this.describe(target);
  }

  describe(target: Target): void {
    setText(this.#name, target.name);
    this.element.title = `${target.name}\n${describeTarget(target)}`;
  }

  show(slot: number, numbers: Numbers): void {
    const share = numbers.total > 0 ? numbers.count(slot) / numbers.total : 0;
    setText(this.#count, formatCount(numbers.count(slot)));
    setText(this.#rate, formatRate(numbers.rate(slot)));
    setText(this.#share, formatShare(share));
    const scale = `scaleX(${share.toFixed(3)})`;
    if (scale !== this.#barScale) {
      this.#bar.style.transform = this.#barScale = scale;
    }
    this.element.classList.toggle('ct-zero', numbers.count(slot) === 0);
  }

  drawSpark(values: readonly number[]): void {
    const path = sparkPath(values, windowSeconds);
    if (path !== this.#spark) {
      this.#line.setAttribute('d', this.#spark = path);
    }
  }
}
