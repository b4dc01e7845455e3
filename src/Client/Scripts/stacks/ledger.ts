import { make, setText } from '../dom';
import { formatCount, formatShare } from '../format';
import { visibleText } from '../visible-text';
import { describeMisses, missesExplained } from '../cost';
import { sumQuality, type QualitySums } from './quality';
import { share } from './scene';
import type { StackCounts } from './stack-counts';
import type { StackDefinitions } from './stack-definitions';

/** How far the stacks can be trusted, and what is not in them, for the stretch of time that is shown. */
export class Ledger {
  readonly element: HTMLElement;
  readonly #quality = make('span', { className: 'sv-quality' });
  readonly #losses = make('span');
  readonly #misses = make('span', { title: missesExplained });

  constructor() {
    this.element = make('p', { className: 'sv-ledger' }, this.#quality, this.#losses, this.#misses);
  }

  draw(definitions: StackDefinitions, counts: StackCounts): void {
    const sums = sumQuality(definitions, counts);
    setText(this.#quality, qualityWords(sums));
    this.#quality.className = sums.broken + sums.truncated > sums.all / 20 ? 'sv-quality ct-lossy' : 'sv-quality';
    this.#quality.title = qualityExplained(sums);
    setText(this.#losses, lossWords(counts));
    this.#losses.className = counts.lost > 0 ? 'ct-lossy' : '';
    this.#losses.title = balance(counts, sums.all);
    setText(this.#misses, describeMisses(counts));
    this.#misses.className = counts.misses > 0 ? 'ct-lossy' : '';
  }
}

/** "3.1 % of stacks unresolved, 12.0 % probably broken (libc.so.6, libfoo.so)". */
export function qualityWords(sums: QualitySums): string {
  const { all } = sums;
  const modules = sums.breakers.slice(0, 3).map(({ module }) => visibleText(baseName(module))).join(', ');
  const faults = [
    [sums.unresolved, 'unresolved'],
    [sums.truncated, 'truncated'],
    [sums.broken, `probably broken${modules ? ` (in ${modules})` : ''}`],
    [sums.noUserStack, 'without user stack'],
    [sums.noKernelStack, 'without kernel stack'],
  ] as const;
  const found = faults.filter(([count]) => count > 0).map(([count, words]) => `${formatShare(share(count, all))} ${words}`);
  return all === 0 ? '' : found.length === 0 ? 'all stacks complete' : `of all stacks ${found.join(', ')}`;
}

/** "nothing lost", or every cause in words. */
export function lossWords({ losses }: Pick<StackCounts, 'losses'>): string {
  return losses.size === 0
    ? 'nothing lost'
    : [...losses.values()].map(({ count, reason }) => `${formatCount(count)} ${visibleText(reason)}`).join('; ');
}

function balance(counts: StackCounts, shown: number): string {
  const sum = `${formatCount(counts.generated)} generated = ${formatCount(shown)} in stacks + ${formatCount(counts.lost)} lost`;
  return counts.generated === shown + counts.lost ? sum : `${sum}: this does not add up, which is a fault of ours`;
}

function qualityExplained(sums: QualitySums): string {
  const lines = [
    'Unresolved: a frame has no name (no symbols, or the process was gone).',
    'Truncated: as deep as the kernel reads; the outer frames are missing.',
    'Probably broken: the user part does not begin where threads begin, most likely code without frame pointers.',
    ...sums.breakers.slice(0, 10).map(({ module, count }) => `${formatCount(count)} broken in ${visibleText(module)}`),
  ];
  return lines.join('\n');
}

export function baseName(path: string): string {
  return path.split('/').at(-1) || path;
}
