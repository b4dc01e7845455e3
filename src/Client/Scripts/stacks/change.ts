export type Norm = 'second' | 'total';

/** What a frame is compared with: the same tree's numbers of an earlier stretch of time. */
export interface Comparison {
  norm: Norm;
  now: Side;
  then: Side;
}

export interface Side {
  total: Float64Array;
  /** Everything that was counted. */
  all: number;
  seconds: number;
}

export interface Change {
  /** Events per second, or share of all (0 to 1), as `norm` says. */
  now: number;
  then: number;
  /** From -1 (gone) to 1 (new), faint where few events were counted, since chance rules there. */
  tone: number;
}

/** Events, of both sides together, from which a difference is shown in full colour. */
const enough = 50;

export function changeOf({ norm, now, then }: Comparison, node: number): Change {
  const [a, b] = [now.total[node] ?? 0, then.total[node] ?? 0];
  const [x, y] = norm === 'second'
    ? [per(a, now.seconds), per(b, then.seconds)]
    : [per(a, now.all), per(b, then.all)];
  const trust = Math.min(1, (a + b) / enough);
  return { now: x, then: y, tone: x + y > 0 ? ((x - y) / (x + y)) * trust : 0 };
}

/** A comparison of numbers by something else than nodes of a tree, such as functions. What all is stays the same. */
export function comparing(comparison: Comparison, now: Float64Array, then: Float64Array): Comparison {
  return {
    norm: comparison.norm,
    now: { ...comparison.now, total: now },
    then: { ...comparison.then, total: then },
  };
}

function per(count: number, whole: number): number {
  return whole > 0 ? count / whole : 0;
}
