import { FrameKind, isUnknown, type FrameInfo } from './stack-fold';

export type ColorMode = 'kind' | 'module' | 'name';

export interface Theme {
  dark: boolean;
}

/** A hue in degrees and a saturation in percent. Lightness is the theme's, so that labels can be read on all. */
type Tint = readonly [hue: number, saturation: number];

const kindTints: Readonly<Record<FrameKind, Tint>> = {
  [FrameKind.Kernel]: [24, 88],
  [FrameKind.User]: [46, 84],
  [FrameKind.Jit]: [128, 42],
  [FrameKind.Inlined]: [186, 52],
  [FrameKind.UnknownKernel]: [24, 12],
  [FrameKind.UnknownUser]: [46, 10],
};

/** What the legend says, in the order of the legend. */
export const kindNames: readonly [kind: FrameKind, name: string][] = [
  [FrameKind.User, 'user'], [FrameKind.Kernel, 'kernel'], [FrameKind.Jit, 'JIT'], [FrameKind.Inlined, 'inlined'],
  [FrameKind.UnknownUser, 'unknown'],
];

export const kindName = (kind: FrameKind) => ['kernel', 'user', 'JIT', 'inlined', 'kernel, unknown', 'user, unknown'][kind]!;

/** The colour of a frame: of the same name, kind and module always the same, in every session and browser. */
export function frameColor(frame: FrameInfo, mode: ColorMode, theme: Theme): string {
  const [hue, saturation] = tint(frame, mode);
  return color(hue, saturation, hash(frame.name, 7) % 9, theme);
}

/** The colour of the root and of groups. */
export function plainColor({ dark }: Theme): string {
  return dark ? 'hsl(215 16% 27%)' : 'hsl(215 22% 86%)';
}

/** The colour of frames that are drawn as one. */
export function mergedColor({ dark }: Theme): string {
  return dark ? 'hsl(215 10% 22%)' : 'hsl(215 12% 91%)';
}

/** What a search has found. */
export function hitColor({ dark }: Theme): string {
  return dark ? 'hsl(305 62% 38%)' : 'hsl(305 90% 80%)';
}

/**
 * Blue for less, orange for more than the baseline: told apart by all common kinds of colour blindness.
 * `change` goes from -1 (gone) to 1 (new).
 */
export function changeColor(change: number, { dark }: Theme): string {
  const strength = Math.min(1, Math.abs(change));
  const hue = change < 0 ? 212 : 28;
  const lightness = dark ? 25 + 8 * strength : 92 - 26 * strength;
  return `hsl(${hue} ${Math.round(6 + 84 * strength)}% ${lightness.toFixed(1)}%)`;
}

/** The colour of a kind, for the legend. */
export function kindColor(kind: FrameKind, theme: Theme): string {
  const [hue, saturation] = kindTints[kind];
  return color(hue, saturation, 4, theme);
}

/** A hash (FNV-1a) that is the same everywhere. */
export function hash(text: string, seed = 0): number {
  let value = 0x811c9dc5 ^ seed;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  value ^= value >>> 15;
  value = Math.imul(value, 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}

function tint(frame: FrameInfo, mode: ColorMode): Tint {
  switch (mode) {
    case 'kind': return kindTints[frame.kind];
    case 'module': return moduleTint(frame.module ?? null);
    // Warm, as flame graphs have always been.
    case 'name': return isUnknown(frame.kind) ? [0, 0] : [hash(frame.name) % 52, 78];
  }
}

function moduleTint(module: string | null): Tint {
  return module === null ? [0, 0] : module === 'kernel' ? kindTints[FrameKind.Kernel] : [hash(module) % 360, 58];
}

/** Nine shades of a tint tell neighbours apart. */
function color(hue: number, saturation: number, shade: number, { dark }: Theme): string {
  const lightness = dark ? 22 + shade * 0.9 : 69.5 + shade * 1.7;
  return `hsl(${hue} ${Math.round(saturation * (dark ? 0.62 : 1))}% ${lightness.toFixed(1)}%)`;
}
