import { formatSeconds } from '../format';
import { rowsOf, type Bars, type Buckets } from './buckets';
import { groundOf, heatColors, heatStep, lineOf, mutedOf } from './ds-colors';
import type { HeatColumn } from './heat-model';
import { formatSpan, formatValue } from './values';

/** A part of a canvas, in its own units. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A heat map laid out: columns over time, rows of values, the largest above. */
export interface HeatGrid {
  readonly columns: readonly GridColumn[];
  /** Which buckets a row holds. */
  readonly bars: Bars;
  /** Bars from the lowest to the highest that is not empty. */
  readonly lowest: number;
  readonly rows: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly peak: number;
}

export interface GridColumn extends Omit<HeatColumn, 'counts'> {
  /** By bar. */
  readonly counts: ReadonlyMap<number, number>;
}

/** Puts the columns' buckets into rows. */
export function gridOf(columns: readonly HeatColumn[], buckets: Buckets): HeatGrid {
  const bars = rowsOf(buckets, ...reachOf(columns));
  let [lowest, highest, peak] = [Infinity, -Infinity, 0];
  const laid = columns.map(column => {
    const counts = new Map<number, number>();
    for (const [bucket, count] of column.counts) {
      const bar = bars.barOf(bucket);
      const sum = (counts.get(bar) ?? 0) + count;
      counts.set(bar, sum);
      peak = Math.max(peak, sum);
      lowest = Math.min(lowest, bar);
      highest = Math.max(highest, bar);
    }
    return { ...column, counts };
  });
  return {
    columns: laid, bars, peak, lowest: Number.isFinite(lowest) ? lowest : 0, rows: Number.isFinite(lowest) ? highest - lowest + 1 : 0,
    startMs: columns[0]?.startMs ?? 0, endMs: columns.at(-1)?.endMs ?? 0,
  };
}

function reachOf(columns: readonly HeatColumn[]): [number, number] {
  let [lowest, highest] = [Infinity, -Infinity];
  for (const { counts } of columns) {
    for (const bucket of counts.keys()) {
      lowest = Math.min(lowest, bucket);
      highest = Math.max(highest, bucket);
    }
  }
  return lowest <= highest ? [lowest, highest] : [0, 0];
}

/** The left edge of a moment, on a whole unit. */
export function xOf(ms: number, grid: HeatGrid, { x, width }: Box): number {
  const length = grid.endMs - grid.startMs || 1;
  return x + Math.round(((ms - grid.startMs) / length) * width);
}

/** The upper edge of a bar. */
export function yOf(bar: number, grid: HeatGrid, { y, height }: Box): number {
  return y + Math.round(((grid.lowest + grid.rows - 1 - bar) / (grid.rows || 1)) * height);
}

/** Paints the cells. */
export function paintCells(pen: CanvasRenderingContext2D, grid: HeatGrid, box: Box, isLog: boolean, isDark: boolean): void {
  pen.fillStyle = groundOf(isDark);
  pen.fillRect(box.x, box.y, box.width, box.height);
  const colors = heatColors(isDark);
  const tops = Array.from({ length: grid.rows + 1 }, (_, i) => yOf(grid.lowest + i - 1, grid, box));
  for (const { startMs, endMs, counts } of grid.columns) {
    const left = xOf(startMs, grid, box);
    const width = Math.max(1, xOf(endMs, grid, box) - left);
    for (const [bar, count] of counts) {
      const [bottom, top] = [tops[bar - grid.lowest]!, tops[bar - grid.lowest + 1]!];
      pen.fillStyle = colors[heatStep(count, grid.peak, isLog)]!;
      pen.fillRect(left, top, width, Math.max(1, bottom - top));
    }
  }
}

/** Writes values at the left of the box, and times below it. */
export function paintAxes(
  pen: CanvasRenderingContext2D, grid: HeatGrid, box: Box, look: { buckets: Buckets; unit: string | null; isDark: boolean; font: string },
): void {
  const { buckets, unit, isDark, font } = look;
  pen.font = font;
  pen.fillStyle = mutedOf(isDark);
  pen.textBaseline = 'middle';
  pen.textAlign = 'right';
  const every = Math.max(1, Math.ceil((16 * grid.rows) / box.height));
  for (let row = 0; row < grid.rows; row += every) {
    const bar = grid.lowest + row;
    const [top, bottom] = [yOf(bar, grid, box), yOf(bar - 1, grid, box)];
    const span = buckets.spanOf(...grid.bars.bucketsOf(bar));
    pen.fillText(span.low === null ? formatSpan(span, unit) : formatValue(Number(span.low), unit), box.x - 6, (top + bottom) / 2, box.x - 8);
  }
  pen.textBaseline = 'top';
  pen.strokeStyle = lineOf(isDark);
  const step = timeStep(grid.endMs - grid.startMs, Math.max(2, Math.floor(box.width / 110)));
  for (let ms = Math.ceil(grid.startMs / step) * step; ms <= grid.endMs; ms += step) {
    const x = xOf(ms, grid, box);
    pen.textAlign = x - box.x < 20 ? 'left' : box.x + box.width - x < 24 ? 'right' : 'center';
    pen.fillRect(Math.min(x, box.x + box.width - 1), box.y + box.height, 1, 4);
    pen.fillText(formatSeconds(ms), x, box.y + box.height + 5);
  }
}

/** A round number of milliseconds, of which about so many fit. */
function timeStep(length: number, parts: number): number {
  const steps = [100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 3e4, 6e4, 12e4, 3e5, 6e5, 12e5, 18e5, 36e5];
  return steps.find(step => length / step <= parts) ?? Math.ceil(length / parts / 36e5) * 36e5;
}
