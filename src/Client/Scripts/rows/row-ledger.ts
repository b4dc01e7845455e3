import { describeMisses, describeOpenCalls, missesExplained, openCallsExplained } from '../cost';
import { make, setText } from '../dom';
import { formatCount } from '../format';
import { lossWords } from '../stacks/ledger';
import type { RowModel } from './row-model';

/** What is not in the table, and why. */
export class RowLedger {
  readonly element: HTMLElement;
  readonly #gone = make('span', { title: 'The session keeps so many events; when more come, the oldest are let go of. Numbers and exports count them.' });
  readonly #losses = make('span');
  readonly #misses = make('span', { title: missesExplained });
  readonly #open = make('span', { title: openCallsExplained });

  constructor() {
    this.element = make('p', { className: 'sv-ledger' }, this.#gone, this.#losses, this.#misses, this.#open);
  }

  draw(model: RowModel): void {
    setText(this.#gone, model.first > 0 ? `rows let go of: ${formatCount(model.first)}` : 'all rows kept');
    this.#gone.className = model.first > 0 ? 'ct-lossy' : '';
    setText(this.#losses, lossWords(model));
    this.#losses.className = model.isLossy ? 'ct-lossy' : '';
    this.#losses.title = balance(model);
    setText(this.#misses, describeMisses(model));
    this.#misses.className = model.misses > 0 ? 'ct-lossy' : '';
    setText(this.#open, describeOpenCalls(model));
  }
}

/** Generated = shown + accounted for. */
export function balance({ total, first, end, missing }: Pick<RowModel, 'total' | 'first' | 'end' | 'missing'>): string {
  const sum = `${formatCount(total)} generated = ${formatCount(end - first)} rows + ${formatCount(first)} let go of`
    + ` + ${formatCount(missing)} that never were rows`;
  return total === end + missing ? sum : `${sum}: this does not add up, which is a fault of ours`;
}
