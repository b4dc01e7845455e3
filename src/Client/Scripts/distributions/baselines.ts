import type { Fold } from '../fold';
import { formatSeconds } from '../format';
import type { TimelineModel } from '../stacks/timeline-model';
import { visibleText } from '../visible-text';
import type { Buckets } from './buckets';
import { Definitions } from './definitions';
import { isComparable, type DistributionsInfo } from './distribution-data';
import type { DistributionModel } from './distribution-model';
import { Growth } from './growth';
import type { Compared } from './scene';
import { Summary } from './summary';
import type { Base } from './view-state';

/** Everything of another session, and how it is to be shown. */
export interface OtherSession {
  readonly info: DistributionsInfo;
  readonly command: string;
  readonly fold: Fold;
}

export interface BaselineSource {
  readonly model: DistributionModel;
  readonly info: DistributionsInfo;
  range(from: number, to: number): Promise<Fold>;
  other(id: string): Promise<OtherSession | null>;
}

interface Known {
  readonly base: Base;
  readonly growth: Growth;
  /** Of another session; null for a stretch of this one. */
  readonly other: { definitions: Definitions; info: DistributionsInfo; command: string } | null;
}

/** What the session is compared with: a stretch of its own time, or another session. */
export class Baselines {
  #wanted: Base | null = null;
  #known: Known | null = null;
  #asked: Base | null = null;

  constructor(
    private readonly source: BaselineSource, private readonly buckets: readonly (Buckets | null)[],
    private readonly timeline: TimelineModel, private readonly changed: () => void,
  ) {}

  want(base: Base | null): void {
    this.#wanted = base;
    if (base && !isSame(base, this.#known?.base ?? null) && !isSame(base, this.#asked)) {
      void this.#ask(base);
    }
  }

  /** After a lost connection. */
  refetch(): void {
    this.#asked = null;
  }

  /** Why a session cannot be compared with; empty if it can. */
  async check(id: string): Promise<string> {
    try {
      const other = await this.source.other(id);
      return !other ? 'There is no such session here, or it has no distributions.'
        : !this.source.info.distributions.some(own => other.info.distributions.some(each => isComparable(own, each)))
          ? 'That session has no distribution of the same kind: with the same buckets and unit, told apart by the same.'
        : '';
    } catch {
      return 'The server could not be asked for that session.';
    }
  }

  /** What a distribution is compared with; null if nothing is, or nothing like it is there. */
  of(index: number): Compared | null {
    const known = this.#current;
    if (!known) {
      return null;
    }
    const { growth, other } = known;
    if (!other) {
      const { definitions } = this.source.model;
      const summary = new Summary(definitions, growth, index, this.buckets[index] ?? null, false);
      return { summary, definitions, distribution: index, words: this.words, isSameSession: true };
    }
    const own = this.source.info.distributions[index]!;
    const like = (at: number) => other.info.distributions[at] && isComparable(own, other.info.distributions[at]);
    const at = like(index) ? index : other.info.distributions.findIndex((_, i) => like(i));
    const summary = new Summary(other.definitions, growth, at, this.buckets[index] ?? null, true);
    return at < 0 ? null : { summary, definitions: other.definitions, distribution: at, words: this.words, isSameSession: false };
  }

  get words(): string {
    const known = this.#current;
    if (!known) {
      return '';
    }
    const { startMs, endMs } = known.growth;
    const time = `${formatSeconds(startMs)} – ${formatSeconds(endMs)}`;
    return known.other && known.base.kind === 'session' ? `${time} of session ${visibleText(known.base.id)} (${visibleText(known.other.command)})` : time;
  }

  /** The stretch of this session's time, for the time strip. */
  get rangeMs(): readonly [number, number] | null {
    const base = this.#wanted;
    return base?.kind === 'range' ? [this.timeline.msOf(base.range.from), this.timeline.msOf(base.range.to)] : null;
  }

  get #current(): Known | null {
    return this.#known && isSame(this.#wanted, this.#known.base) ? this.#known : null;
  }

  async #ask(base: Base): Promise<void> {
    this.#asked = base;
    try {
      const known = await this.#fetch(base);
      if (known && isSame(this.#wanted, base)) {
        this.#known = known;
        this.changed();
      }
    } catch {
      this.#asked = null; // the connection line tells of lost connections; when it is back, it is asked for again
    }
  }

  async #fetch(base: Base): Promise<Known | null> {
    if (base.kind === 'range') {
      return { base, growth: Growth.of(await this.source.range(base.range.from, base.range.to)), other: null };
    }
    const other = await this.source.other(base.id);
    if (!other?.fold.distributions) {
      return null;
    }
    const definitions = new Definitions(other.info.distributions.length);
    definitions.add(other.fold.distributions);
    return { base, growth: Growth.of(other.fold), other: { definitions, info: other.info, command: other.command } };
  }
}

function isSame(a: Base | null, b: Base | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
