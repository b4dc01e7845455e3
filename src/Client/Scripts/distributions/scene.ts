import type { Bars, Buckets } from './buckets';
import type { Definitions } from './definitions';
import type { DistributionInfo } from './distribution-data';
import type { Moment } from './distribution-model';
import type { Histogram } from './histogram';
import type { Summary } from './summary';
import { cellText, keyText } from './values';
import type { DistView, PartView } from './view-state';

/** What is compared with. */
export interface Compared {
  readonly summary: Summary;
  readonly definitions: Definitions;
  /** Of which distribution of its session it is. */
  readonly distribution: number;
  /** What it is, in words: "0 s – 3 s", "session ab12 (argdist …)". */
  readonly words: string;
  /** Whether ids of keys are those of the session that is shown. */
  readonly isSameSession: boolean;
}

/** One distribution, as it is to be drawn now. */
export interface Scene {
  readonly index: number;
  readonly info: DistributionInfo;
  readonly view: DistView;
  readonly part: PartView;
  readonly definitions: Definitions;
  readonly moment: Moment;
  readonly summary: Summary;
  /** The numbers are those of this very moment: rates are of the last second. */
  readonly isLive: boolean;
  /** Null where values are counted one by one. */
  readonly buckets: Buckets | null;
  readonly bars: Bars | null;
  readonly base: Compared | null;
  readonly isFrozen: boolean;
  readonly isDark: boolean;
  /** The stretch of time that is shown, in words. */
  readonly spanWords: string;
  /** Most lines, of -T. */
  readonly top: number | null;
  readonly state: 'loading' | 'attaching' | 'running' | 'ended';
}

export function unitOf({ info }: Pick<Scene, 'info'>): string | null {
  return info.histogram?.unit ?? null;
}

export function hiddenOf({ part }: Pick<Scene, 'part'>): ReadonlySet<number> {
  return new Set(part.hidden);
}

export function labelsOf({ info }: Pick<Scene, 'info'>): string[] {
  return info.keys.map(key => key.label);
}

export function nameOfKey(scene: Scene, key: number): string {
  return keyText(scene.definitions.keys[key]?.cells ?? [], labelsOf(scene));
}

/** The histogram that is shown: of all keys that are not hidden, or of the one that is selected. */
export function shownHistogram(scene: Scene): Histogram {
  return scene.summary.histogram({ key: scene.part.key, hidden: hiddenOf(scene) });
}

/** The same of what is compared with; null where the selected key is not in it. */
export function baseHistogram(scene: Scene): Histogram | null {
  if (!scene.base) {
    return null;
  }
  const { summary } = scene.base;
  if (scene.part.key !== null) {
    const key = keyInBase(scene, scene.part.key);
    return key === null ? null : summary.histogram({ key, hidden: new Set() });
  }
  return summary.histogram({ key: null, hidden: hiddenInBase(scene) });
}

/** The ids that hidden keys have in what is compared with. */
export function hiddenInBase(scene: Scene): ReadonlySet<number> {
  return new Set(scene.part.hidden.map(key => keyInBase(scene, key)).filter(key => key !== null));
}

const keysByText = new WeakMap<Definitions, Map<string, number>>();

/** The id that a key has in what is compared with: in another session the one with the same values. */
export function keyInBase(scene: Scene, key: number): number | null {
  const base = scene.base!;
  if (base.isSameSession) {
    return key;
  }
  return findKey(base.definitions, base.distribution, textOf(scene.definitions, key)) ?? null;
}

/** The key of a distribution that has just these values. */
export function findKey(definitions: Definitions, distribution: number, text: string): number | undefined {
  let known = keysByText.get(definitions);
  if (!known || known.get('\0count') !== definitions.keys.length) {
    known = new Map(definitions.keys.map((key, id) => [`${key.distribution}\0${cellsOf(key.cells)}`, id]));
    known.set('\0count', definitions.keys.length);
    keysByText.set(definitions, known);
  }
  return known.get(`${distribution}\0${text}`);
}

export function textOf(definitions: Definitions, key: number): string {
  return cellsOf(definitions.keys[key]?.cells ?? []);
}

function cellsOf(cells: readonly { text: string; raw?: string | null }[]): string {
  return JSON.stringify(cells.map(({ text, raw }) => raw ?? text));
}

/** What a row of a table is searched in. */
export function searchedText(definitions: Definitions, key: number): string {
  return (definitions.keys[key]?.cells ?? []).map(cell => (cell.raw ? `${cellText(cell)} ${cell.raw}` : cellText(cell))).join(' ');
}

/** How counts are made comparable: by the length of the stretches, or by what is in them. */
export function divisor(scene: Scene, summary: Summary, total: number): number {
  return scene.view.norm === 'second' ? summary.growth.seconds || 1 : total || 1;
}
