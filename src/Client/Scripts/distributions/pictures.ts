import { formatCount, formatShare } from '../format';
import { visibleText } from '../visible-text';
import { barOf, baseOf, heatColors, inkOf, lineOf, mutedOf, surfaceOf } from './ds-colors';
import { gridOf, paintAxes, paintCells } from './heat-paint';
import type { HeatColumn } from './heat-model';
import type { Histogram } from './histogram';
import { linesOf, Scale, type Line } from './histogram-panel';
import { baseHistogram, nameOfKey, unitOf, type Scene } from './scene';
import { formatEstimate, formatValue } from './values';

/** Of a picture, in units of its drawing; it has twice as many pixels each way. */
export const pictureWidth = 1200;
export const pictureScale = 2;

const margin = 32;
const text = '14px system-ui, sans-serif';
const small = '12px system-ui, sans-serif';

export interface Caption {
  command: string;
  host: string;
}

/** Of a histogram: how high a line is, and where the bars are. */
const lineHeight = 26;
const bars = { x: margin + 300, width: pictureWidth - 2 * margin - 300 };

/** The histogram as it is seen, with its title, its time and what was measured. */
export function histogramPicture(scene: Scene, histogram: Histogram, caption: Caption): HTMLCanvasElement {
  const { view, isDark } = scene;
  const base = baseHistogram(scene);
  const lines = linesOf(scene, histogram, base);
  const top = base ? 148 : 126;
  return picture(top + Math.max(1, lines.length) * lineHeight + margin, scene, caption, pen => {
    write(pen, statsWords(scene, histogram), margin, 84, text, inkOf(isDark));
    if (base) {
      legend(pen, scene, base);
    }
    const scale = new Scale(scene, histogram, base, lines);
    lines.forEach((line, i) => drawLine(pen, line, scale, top + i * lineHeight));
    if (view.cumulative && histogram.count > 0) {
      stroke(pen, curveOf(lines, histogram.count, top), mutedOf(isDark));
    }
    write(pen, `${view.logBars ? 'logarithmic lengths' : 'lengths in proportion'}${view.cumulative ? '; line: share of all up to there, 0 to 100 %' : ''}`,
      bars.x, top - 22, small, mutedOf(isDark));
  });
}

function drawLine(pen: CanvasRenderingContext2D, line: Line, scale: Scale, y: number): void {
  const { histogram, compares, scene: { isDark } } = scale;
  const isGap = line.gap > 0;
  pen.textAlign = 'right';
  write(pen, isGap ? `… ${line.gap} empty …` : line.label, margin + 150, y + 6, small, mutedOf(isDark));
  write(pen, isGap ? '' : formatCount(line.count), margin + 225, y + 6, small, inkOf(isDark));
  write(pen, isGap ? '' : formatShare(line.count / (histogram.count || 1)), margin + 290, y + 6, small, mutedOf(isDark));
  pen.textAlign = 'left';
  bar(pen, barOf(isDark), bars.x, y + 3, bars.width * scale.length(scale.value(line)), compares ? 9 : lineHeight - 6);
  if (compares) {
    bar(pen, baseOf(isDark), bars.x, y + 13, bars.width * scale.length(scale.baseValue(line)), 9);
  }
}

/** How much of all has come up to the middle of each line. */
function curveOf(lines: readonly Line[], total: number, top: number): [number, number][] {
  let upTo = 0;
  return lines.map(({ count }, i) => {
    upTo += count;
    return [bars.x + (bars.width * upTo) / total, top + (i + 0.5) * lineHeight];
  });
}

/** The heat map as it is seen. */
export function heatPicture(scene: Scene, columns: readonly HeatColumn[], caption: Caption): HTMLCanvasElement {
  const grid = gridOf(columns, scene.buckets!);
  const [top, plot] = [116, Math.max(280, Math.min(520, grid.rows * 20))];
  return picture(top + plot + 40 + margin, scene, caption, pen => {
    const box = { x: margin + 120, y: top, width: pictureWidth - 2 * margin - 120, height: plot };
    paintCells(pen, grid, box, scene.view.logColors, scene.isDark);
    if (grid.rows > 0) {
      paintAxes(pen, grid, box, { buckets: scene.buckets!, unit: unitOf(scene), isDark: scene.isDark, font: small });
    }
    const ramp = heatColors(scene.isDark);
    pen.textAlign = 'left';
    write(pen, `count in a cell: 1`, box.x, 86, small, mutedOf(scene.isDark));
    ramp.forEach((color, i) => {
      pen.fillStyle = color;
      pen.fillRect(box.x + 110 + i * 3, 84, 3, 14);
    });
    write(pen, `${formatCount(grid.peak)}${scene.view.logColors ? ', logarithmic' : ''}`, box.x + 118 + ramp.length * 3, 86, small, mutedOf(scene.isDark));
  });
}

/** Hands a picture to the user as a file. */
export async function save(canvas: HTMLCanvasElement, name: string): Promise<void> {
  const blob = await new Promise<Blob | null>(done => canvas.toBlob(done, 'image/png'));
  if (!blob) {
    return;
  }
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `${name.replace(/[^\w.-]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 80) || 'distribution'}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000); // the download has begun by then
}

function picture(height: number, scene: Scene, { command, host }: Caption, draw: (pen: CanvasRenderingContext2D) => void): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: pictureWidth * pictureScale, height: Math.ceil(height) * pictureScale });
  const pen = canvas.getContext('2d')!;
  pen.scale(pictureScale, pictureScale);
  pen.fillStyle = surfaceOf(scene.isDark);
  pen.fillRect(0, 0, pictureWidth, height);
  pen.textBaseline = 'top';
  write(pen, visibleText(command || scene.info.title), margin, 20, '600 18px ui-monospace, monospace', inkOf(scene.isDark));
  const key = scene.part.key === null ? '' : ` · ${nameOfKey(scene, scene.part.key)}`;
  const title = scene.info.title === command ? '' : `${visibleText(scene.info.title)} · `;
  write(pen, `${title}${scene.spanWords}${key}${host ? ` · ${host}` : ''}`, margin, 50, text, mutedOf(scene.isDark));
  pen.fillStyle = lineOf(scene.isDark);
  pen.fillRect(margin, 74, pictureWidth - 2 * margin, 1);
  draw(pen);
  return canvas;
}

function statsWords(scene: Scene, histogram: Histogram): string {
  const unit = unitOf(scene);
  const isLinear = scene.buckets?.isLinear ?? false;
  const average = histogram.average === null ? '–' : formatValue(histogram.average, unit);
  const part = (p: number) => formatEstimate(histogram.percentile(p), unit, isLinear);
  return `${formatCount(histogram.count)} values   average ${average}   p50 ${part(0.5)}   p90 ${part(0.9)}   p99 ${part(0.99)}   max ${formatEstimate(histogram.max, unit, isLinear)}`;
}

function legend(pen: CanvasRenderingContext2D, scene: Scene, base: Histogram): void {
  bar(pen, barOf(scene.isDark), margin, 110, 14, 12);
  write(pen, `shown: ${scene.spanWords}`, margin + 20, 109, small, inkOf(scene.isDark));
  bar(pen, baseOf(scene.isDark), margin + 330, 110, 14, 12);
  const norm = scene.view.norm === 'second' ? 'per second' : 'per total';
  write(pen, `baseline: ${scene.base!.words}, ${statsWords(scene, base)} (${norm})`, margin + 350, 109, small, inkOf(scene.isDark));
}

function write(pen: CanvasRenderingContext2D, words: string, x: number, y: number, font: string, color: string): void {
  pen.font = font;
  pen.fillStyle = color;
  pen.fillText(words, x, y, pen.textAlign === 'right' ? undefined : pictureWidth - margin - x);
}

function bar(pen: CanvasRenderingContext2D, color: string, x: number, y: number, width: number, height: number): void {
  pen.fillStyle = color;
  pen.fillRect(x, y, width > 0 ? Math.max(1, width) : 0, height);
}

function stroke(pen: CanvasRenderingContext2D, points: readonly [number, number][], color: string): void {
  pen.strokeStyle = color;
  pen.lineWidth = 1.5;
  pen.beginPath();
  points.forEach(([x, y]) => pen.lineTo(x, y));
  pen.stroke();
}
