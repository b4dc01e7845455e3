import { describeCost, explainCost } from '../cost';
import { make, setText } from '../dom';
import { formatCount, formatRate } from '../format';
import { RowLedger } from './row-ledger';
import type { RowModel } from './row-model';

/** The session's numbers above its table: events, their rate, what it costs, and what is not in the table. */
export class RowSummary {
  readonly element: HTMLElement;
  readonly ledger = new RowLedger();
  readonly #events = make('strong');
  readonly #rate = make('span');
  readonly #cost = make('span');

  constructor(line: HTMLElement) {
    this.element = make('div', { className: 'ct-summary' }, make('span', {}, this.#events, ' events'), this.#rate, this.#cost, line);
  }

  draw(model: RowModel): void {
    setText(this.#events, formatCount(model.total));
    setText(this.#rate, `${formatRate(model.totalRate)} /s${model.ended ? ' on average' : ''}`);
    setText(this.#cost, describeCost(model));
    this.#cost.title = explainCost(model);
    this.ledger.draw(model);
  }
}
