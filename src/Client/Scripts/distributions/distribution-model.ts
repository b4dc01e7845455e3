import type { Applied, Fold, FoldSink } from '../fold';
import { FoldModel } from '../fold-model';
import { SecondRing, windowSeconds } from '../second-ring';
import { Definitions, type Extremes } from './definitions';
import { Growth } from './growth';

/** The last minute of every key, by the second. */
export class KeySeconds {
  #ring = new SecondRing(64);
  #rows = 64;
  #endMs = 0;

  get fullSeconds(): number {
    return Math.floor(this.#endMs / 1000);
  }

  add({ startMs, endMs, distributions }: Fold, keyOf: (series: number) => number): void {
    this.#ring.advance(endMs);
    this.#endMs = endMs;
    distributions?.series.forEach((series, i) => {
      const key = keyOf(series);
      if (key >= this.#rows) {
        this.#ring.grow(this.#rows = Math.max(key + 1, this.#rows * 2));
      }
      this.#ring.add(key, startMs, endMs, distributions.counts[i] ?? 0);
    });
  }

  /** What the last full second brought; null within the first. */
  lastSecond(key: number): number | null {
    const { fullSeconds } = this;
    return fullSeconds === 0 ? null : key < this.#rows ? this.#ring.at(key, fullSeconds - 1) : 0;
  }

  /** The last full seconds, at most a minute, oldest first. */
  lastMinute(key: number): number[] {
    const length = Math.min(windowSeconds, this.fullSeconds);
    const first = this.fullSeconds - length;
    return Array.from({ length }, (_, i) => (key < this.#rows ? this.#ring.at(key, first + i) : 0));
  }

  clone(): KeySeconds {
    const copy = new KeySeconds();
    copy.#ring = this.#ring.clone();
    copy.#rows = this.#rows;
    copy.#endMs = this.#endMs;
    return copy;
  }
}

/** All that is to be known of a moment: it is kept when the view is held. */
export interface Moment {
  readonly events: FoldModel;
  readonly growth: Growth;
  readonly seconds: KeySeconds;
  /** What is defined later is not in it. */
  readonly keyCount: number;
  /** By series, of the session up to then. */
  readonly extremes: Extremes;
}

/** A session's distributions as this browser knows them: the sum of all folds up to `cursor`. */
export class DistributionModel implements FoldSink, Moment {
  readonly definitions: Definitions;
  readonly events = new FoldModel(0);
  readonly growth = new Growth();
  readonly seconds = new KeySeconds();

  constructor(distributions: number) {
    this.definitions = new Definitions(distributions);
  }

  get cursor(): number {
    return this.events.cursor;
  }

  get keyCount(): number {
    return this.definitions.keys.length;
  }

  get extremes(): Extremes {
    return this.definitions;
  }

  get ended(): boolean {
    return this.events.ended;
  }

  set ended(ended: boolean) {
    this.events.ended = ended;
  }

  add(fold: Fold): Applied {
    const applied = this.events.add(fold);
    if (applied === 'added') {
      if (fold.distributions) {
        this.definitions.add(fold.distributions);
      }
      this.growth.add(fold);
      this.seconds.add(fold, series => this.definitions.keyOf(series));
    }
    return applied;
  }

  /** What is known now, for a view that is held. */
  freeze(): Moment {
    const { mins, maxs } = this.definitions;
    return {
      events: this.events.clone(), growth: this.growth.clone(), seconds: this.seconds.clone(), keyCount: this.keyCount,
      extremes: { mins: mins.slice(), maxs: maxs.slice() },
    };
  }
}
