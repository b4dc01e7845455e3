import { sum, type Fold } from '../fold';
import type { Timeline } from './stack-fold';
import type { TickRange } from './view-state';

/** More points than this are joined two by two. */
const mostPoints = 1200;

/** Events of some adjacent ticks. */
export interface TimePoint {
  from: number;
  to: number;
  startMs: number;
  endMs: number;
  events: number;
}

/** Events over the time of a session: its past from the server, its present from the folds as they come. */
export class TimelineModel {
  points: TimePoint[] = [];

  get endMs(): number {
    return this.points.at(-1)?.endMs ?? 0;
  }

  /** Whether a fold was so long that the server can tell more of that time. */
  get isCoarse(): boolean {
    const whole = this.endMs;
    return this.points.some(point => point.endMs - point.startMs > Math.max(1000, whole / 50));
  }

  add(fold: Fold): void {
    this.points.push({
      from: fold.from, to: fold.to, startMs: fold.startMs, endMs: fold.endMs, events: sum(fold.counts),
    });
    if (this.points.length > mostPoints) {
      this.points = pairwise(this.points);
    }
  }

  /**
   * Takes over what the server knows, up to the last tick at which both have an edge: folds that came meanwhile may span
   * the end of what it knew. What came since stays.
   */
  replace({ ticks, ms, events }: Timeline): void {
    const edges = new Set(ticks);
    const seam = [...this.points.map(point => point.from), this.points.at(-1)?.to ?? 0].findLast(tick => edges.has(tick));
    const count = ticks.indexOf(seam ?? -1);
    const known = events.slice(0, Math.max(0, count)).map((sum, i) => ({
      from: ticks[i]!, to: ticks[i + 1]!, startMs: ms[i]!, endMs: ms[i + 1]!, events: sum,
    }));
    if (known.length > 0) {
      this.points = [...known, ...this.points.filter(point => point.from >= seam!)];
    }
  }

  /** The ticks of the points that touch a stretch of session time; at least one point. */
  ticksBetween(startMs: number, endMs: number): TickRange | null {
    const touched = this.points.filter(point => point.endMs > startMs && point.startMs < endMs);
    const only = touched.length > 0 ? touched : this.points.filter(point => point.startMs <= startMs).slice(-1);
    return only.length > 0 ? { from: only[0]!.from, to: only.at(-1)!.to } : null;
  }

  /** Session time of a tick, as exactly as the points tell. */
  msOf(tick: number): number {
    const point = this.points.find(each => each.to > tick) ?? this.points.at(-1);
    if (!point || tick >= point.to) {
      return point?.endMs ?? 0;
    }
    const part = (tick - point.from) / (point.to - point.from);
    return point.startMs + Math.max(0, part) * (point.endMs - point.startMs);
  }

  /** The tick at which a point begins or ends, so many points further. */
  step(tick: number, by: number): number {
    const edges = [this.points[0]?.from ?? 0, ...this.points.map(point => point.to)];
    const at = edges.findIndex(edge => edge >= tick);
    const index = (at < 0 ? edges.length - 1 : at) + by;
    return edges[Math.max(0, Math.min(edges.length - 1, index))]!;
  }
}

function pairwise(points: readonly TimePoint[]): TimePoint[] {
  const joined: TimePoint[] = [];
  for (let i = 0; i < points.length; i += 2) {
    const [first, second = first] = [points[i]!, points[i + 1]];
    joined.push({
      from: first.from, to: second.to, startMs: first.startMs, endMs: second.endMs,
      events: first.events + (second === first ? 0 : second.events),
    });
  }
  return joined;
}

/** The outline of events per second over time, `width` by `height`; the highest point touches the top. */
export function stripPath(
  points: readonly TimePoint[], endMs: number, width: number, height: number,
): { path: string; peak: number } {
  const columns = new Float64Array(Math.max(1, Math.ceil(width)));
  const perMs = columns.length / (endMs || 1);
  for (const { startMs, endMs: end, events } of points) {
    // What is narrower than a pixel adds up in it; what is wider gives each its part.
    const [first, last] = [startMs * perMs, Math.min(columns.length, end * perMs)];
    for (let x = Math.floor(first); x < last; x++) {
      const overlap = Math.min(last, x + 1) - Math.max(first, x);
      columns[x]! += last > first ? (events * overlap) / (last - first) : events;
    }
  }
  const peak = columns.reduce((most, value) => Math.max(most, value), 0);
  let path = `M0 ${height}`;
  columns.forEach((value, x) => path += `V${round(height - (peak > 0 ? value / peak : 0) * (height - 2))}H${x + 1}`);
  return { path: `${path}V${height}Z`, peak: peak * perMs * 1000 };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
