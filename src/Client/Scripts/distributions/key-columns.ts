import { formatCount, formatRate, formatShare } from '../format';
import { sparkPath } from '../sparkline';
import { windowSeconds } from '../second-ring';
import { visibleText } from '../visible-text';
import type { Histogram } from './histogram';
import { divisor, hiddenInBase, hiddenOf, keyInBase, unitOf, type Scene } from './scene';
import { cellText, formatEstimate, formatExactly, formatValue } from './values';
import type { Order } from './view-state';

/** The numbers of the keys at one drawing, each worked out when it is asked for. */
export class KeyNumbers {
  /** By key: what came for it, of what is selected by its values. */
  readonly counts: Float64Array;
  readonly total: number;
  readonly most: number;
  readonly #histograms = new Map<number, Histogram>();
  #baseCounts: Float64Array | null = null;
  #baseTotal = -1;
  #reach: readonly [number, number] | null = null;

  constructor(readonly scene: Scene) {
    this.counts = new Float64Array(scene.definitions.keys.length);
    scene.summary.countKeys(this.counts, scene.part.buckets);
    const hidden = hiddenOf(scene);
    let [total, most] = [0, 0];
    for (const key of scene.definitions.keysOf[scene.index] ?? []) {
      if (!hidden.has(key)) {
        total += this.counts[key]!;
        most = Math.max(most, this.counts[key]!);
      }
    }
    [this.total, this.most] = [total, most];
  }

  rate(key: number): number {
    const { isLive, moment, summary, part } = this.scene;
    const last = isLive && part.buckets === null ? moment.seconds.lastSecond(key) : null;
    return last ?? this.counts[key]! / (summary.growth.seconds || 1);
  }

  histogram(key: number): Histogram {
    let histogram = this.#histograms.get(key);
    if (!histogram) {
      this.#histograms.set(key, histogram = this.scene.summary.histogram({ key, hidden: new Set() }));
    }
    return histogram;
  }

  /** Of what is compared with; 0 for a key that is not in it. */
  baseCount(key: number): number {
    const { base, part } = this.scene;
    if (!base) {
      return 0;
    }
    if (!this.#baseCounts) {
      this.#baseCounts = new Float64Array(base.definitions.keys.length);
      base.summary.countKeys(this.#baseCounts, part.buckets);
    }
    const id = keyInBase(this.scene, key);
    return id === null ? 0 : this.#baseCounts[id] ?? 0;
  }

  /** The lowest and the highest bar of all keys. */
  get reach(): readonly [number, number] {
    if (!this.#reach) {
      const { bins } = this.scene.summary.histogram({ key: null, hidden: new Set() });
      const barOf = this.scene.bars!.barOf;
      this.#reach = [barOf(bins[0]?.bucket ?? 0), barOf(bins.at(-1)?.bucket ?? 0)];
    }
    return this.#reach;
  }

  get baseTotal(): number {
    if (this.#baseTotal < 0) {
      this.#baseTotal = this.scene.base?.summary.count({ key: null, hidden: hiddenInBase(this.scene), buckets: this.scene.part.buckets }) ?? 0;
    }
    return this.#baseTotal;
  }
}

export interface Column {
  readonly key: string;
  readonly label: string;
  readonly isNumber: boolean;
  readonly className: string;
  /** What rows are ordered by; null where there is no order. */
  value: ((numbers: KeyNumbers, key: number) => number | string) | null;
  text(numbers: KeyNumbers, key: number): string;
  title?(numbers: KeyNumbers, key: number): string;
  /** 0 to 1, for a bar behind the text. */
  bar?(numbers: KeyNumbers, key: number): number;
  /** The path of a drawing of 120 by 20, in place of a text. */
  drawing?(numbers: KeyNumbers, key: number): string;
  isFault?(numbers: KeyNumbers, key: number): boolean;
}

/** The columns that a distribution has. */
export function columnsOf(scene: Scene): Column[] {
  const { info } = scene;
  return [
    ...info.keys.map(({ label, isNumber }, i) => cellColumn(i, label, isNumber)),
    ...(info.keys.length === 0 ? [allCalls] : []),
    count, rate, share,
    ...(scene.base ? [baseline, change] : []),
    ...(info.histogram ? measures() : [trend]),
  ];
}

export const usualOrder: Order = { column: 'count', descending: true };

const allCalls: Column = {
  key: 'v0', label: 'Calls', isNumber: false, className: 'ds-cell', value: null, text: () => 'all calls',
};

function cellColumn(i: number, label: string, isNumber: boolean): Column {
  const cell = ({ scene }: KeyNumbers, key: number) => scene.definitions.keys[key]?.cells[i];
  return {
    key: `v${i}`, label: visibleText(label), isNumber, className: isNumber ? 'ds-cell ct-number' : 'ds-cell',
    value: (numbers, key) => sortValue(cell(numbers, key), isNumber),
    text: (numbers, key) => {
      const found = cell(numbers, key);
      return !found ? '' : found.text === '' ? '(empty)' : cellText(found);
    },
    title: (numbers, key) => {
      const found = cell(numbers, key);
      return found ? `${cellText(found)}${found.raw ? `\nraw: ${found.raw}` : ''}${found.isFault ? '\ncould not be read' : ''}` : '';
    },
    isFault: (numbers, key) => cell(numbers, key)?.isFault === true,
  };
}

function sortValue(cell: { text: string; raw?: string | null } | undefined, isNumber: boolean): number | string {
  if (!isNumber) {
    return cell?.text ?? '';
  }
  const number = Number(cell?.raw ?? cell?.text);
  return Number.isNaN(number) ? -Infinity : number;
}

const count: Column = {
  key: 'count', label: 'Count', isNumber: true, className: 'ct-number',
  value: (numbers, key) => numbers.counts[key]!, text: (numbers, key) => formatCount(numbers.counts[key]!),
};

const rate: Column = {
  key: 'rate', label: 'Rate /s', isNumber: true, className: 'ct-number',
  value: (numbers, key) => numbers.rate(key), text: (numbers, key) => formatRate(numbers.rate(key)),
};

const share: Column = {
  key: 'share', label: 'Share', isNumber: true, className: 'ct-number ct-share',
  value: (numbers, key) => numbers.counts[key]!,
  text: (numbers, key) => formatShare(numbers.counts[key]! / (numbers.total || 1)),
  bar: (numbers, key) => numbers.counts[key]! / (numbers.most || 1),
};

const baseline: Column = {
  key: 'base', label: 'Baseline', isNumber: true, className: 'ct-number ds-base',
  value: (numbers, key) => numbers.baseCount(key), text: (numbers, key) => formatCount(numbers.baseCount(key)),
};

const change: Column = {
  key: 'change', label: 'Change', isNumber: true, className: 'ct-number',
  value: (numbers, key) => changeOf(numbers, key),
  text: (numbers, key) => {
    const by = changeOf(numbers, key);
    return by === Infinity ? 'new' : by === -1 ? 'gone' : by === 0 ? '0 %' : `${by > 0 ? '+' : '−'}${formatShare(Math.abs(by))}`;
  },
  title: ({ scene }) => (scene.view.norm === 'second' ? 'compared per second' : 'compared in shares of all'),
};

function changeOf(numbers: KeyNumbers, key: number): number {
  const { scene } = numbers;
  const [now, then] = [
    numbers.counts[key]! / divisor(scene, scene.summary, numbers.total),
    numbers.baseCount(key) / divisor(scene, scene.base!.summary, numbers.baseTotal),
  ];
  return then === 0 ? (now === 0 ? 0 : Infinity) : (now - then) / then;
}

const trend: Column = {
  key: 'trend', label: 'Last minute', isNumber: false, className: 'ct-spark', value: null, text: () => '',
  drawing: ({ scene }, key) => sparkPath(scene.moment.seconds.lastMinute(key), windowSeconds),
};

const measures: () => readonly Column[] = () => [
  {
    key: 'avg', label: 'Average', isNumber: true, className: 'ct-number',
    value: (numbers, key) => numbers.histogram(key).average ?? -Infinity,
    text: (numbers, key) => {
      const { average } = numbers.histogram(key);
      return average === null ? '–' : formatValue(average, unitOf(numbers.scene));
    },
    title: (numbers, key) => {
      const { average } = numbers.histogram(key);
      return average === null ? '' : formatExactly(average, unitOf(numbers.scene));
    },
  },
  percentile('p50', 0.5), percentile('p99', 0.99),
  {
    key: 'max', label: 'Max', isNumber: true, className: 'ct-number',
    value: (numbers, key) => numbers.histogram(key).max?.value ?? -Infinity,
    text: (numbers, key) => estimate(numbers, numbers.histogram(key).max),
  },
  {
    key: 'shape', label: 'Shape', isNumber: false, className: 'ct-spark ds-shape', value: null, text: () => '',
    drawing: (numbers, key) => shapePath(numbers, key),
  },
];

function percentile(label: string, p: number): Column {
  return {
    key: label, label, isNumber: true, className: 'ct-number',
    value: (numbers, key) => numbers.histogram(key).percentile(p)?.value ?? -Infinity,
    text: (numbers, key) => estimate(numbers, numbers.histogram(key).percentile(p)),
  };
}

/** Without its error, for which there is no room: the title of the column tells of it. */
function estimate({ scene }: KeyNumbers, of: ReturnType<Histogram['percentile']>): string {
  return of && Number.isFinite(of.value) ? `${of.low === of.high ? '' : '≈ '}${formatValue(of.value, unitOf(scene))}`
    : formatEstimate(of, unitOf(scene));
}

/** A key's histogram in the width of a cell, over the values of all keys. */
function shapePath(numbers: KeyNumbers, key: number): string {
  const { bars } = numbers.scene;
  const [lowest, highest] = numbers.reach;
  const counts = new Map<number, number>();
  for (const { bucket, count } of numbers.histogram(key).bins) {
    const bar = bars!.barOf(bucket);
    counts.set(bar, (counts.get(bar) ?? 0) + count);
  }
  const most = Math.max(0, ...counts.values());
  const width = 120 / (highest - lowest + 1);
  return [...counts].sort(([a], [b]) => a - b).map(([bar, count]) => {
    const left = (bar - lowest) * width;
    const height = Math.max(1, (count / most) * 19);
    return `M${left.toFixed(1)} 20V${(20 - height).toFixed(1)}H${(left + width * 0.9).toFixed(1)}V20Z`;
  }).join('');
}
