import type { RowCell, ValueColumn } from '../rows/row-data';

/** How a session's distributions are shown. This and what follows is as in Contracts/Distributions.cs. */
export interface DistributionsInfo {
  distributions: DistributionInfo[];
  cumulative: boolean;
  top?: number | null;
}

export interface DistributionInfo {
  title: string;
  specifier: string;
  keys: ValueColumn[];
  histogram?: HistogramInfo | null;
  slots: number[];
}

export interface HistogramInfo {
  value: ValueColumn;
  /** "ns", "bytes", or nothing. */
  unit?: string | null;
  isSigned: boolean;
  linear?: LinearInfo | null;
}

/** Bucket 1 begins at `min`; 0 holds what is smaller, the one behind the last what is `max` or larger. */
export interface LinearInfo {
  min: number;
  max: number;
  step: number;
}

/** The distributions over a range of ticks: what first appeared in it, and by how much each series grew. */
export interface DistributionFold {
  firstKey: number;
  keys: KeyInfo[];
  firstSeries: number;
  seriesKeys: number[];
  seriesBuckets: number[];
  series: number[];
  counts: number[];
  /** Those of histograms; else empty. */
  sums: number[];
  mins: number[];
  maxs: number[];
  /** About how many keys found no room in the whole session so far. */
  keysTurnedAway?: number;
}

export interface KeyInfo {
  distribution: number;
  cells: RowCell[];
}

export interface HeatMapQuery {
  distribution: number;
  key: number | null;
  /** Of all keys, those that are left out. */
  hidden: readonly number[];
  maxColumns: number;
}

/** Column i holds the ticks [ticks[i], ticks[i+1]), session time from ms[i] to ms[i+1]. */
export interface HeatMap {
  ticks: number[];
  ms: number[];
  columns: HeatColumn[];
}

export interface HeatColumn {
  buckets: number[];
  counts: number[];
}

export interface SliceQuery {
  distribution: number;
  key: number | null;
  /** Of all keys, those that are not in it. */
  hidden: readonly number[];
  fromBucket: number | null;
  toBucket: number | null;
}

export interface SliceCommand {
  label: string;
  /** Empty where there is none: then the problem says why. */
  command: string;
  problem?: string | null;
}

/** Whether two distributions can be laid side by side: both count the same way. */
export function isComparable(a: DistributionInfo, b: DistributionInfo): boolean {
  const shape = ({ histogram, keys }: DistributionInfo) => JSON.stringify([
    histogram ? [histogram.linear ?? null, histogram.unit ?? null] : null, keys.map(key => key.label)]);
  return shape(a) === shape(b);
}
