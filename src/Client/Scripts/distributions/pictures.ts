import { formatCount, formatShare } from '../format';
import { visibleText } from '../visible-text';
import { barOf, baseOf, heatColors, inkOf, lineOf, mutedOf, surfaceOf } from './ds-colors';
import { gridOf, paintAxes, paintCells } from './heat-paint';
import type { HeatColumn } from './heat-model';
import type { Histogram } from './histogram';
import { lengthOf, linesOf } from './histogram-panel';
import { baseHistogram, divisor, nameOfKey, unitOf, type Scene } from './scene';
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

/** The histogram as it is seen, with its title, its time and what was measured. */
export function histogramPicture(scene: Scene, histogram: Histogram, caption: Caption): HTMLCanvasElement {
  const base = baseHistogram(scene);
  const lines = linesOf(scene, histogram, base);
  const [row, top] = [26, base ? 148 : 126];
  const height = top + Math.max(1, lines.length) * row + margin;
  return picture(height, scene, caption, pen => {
    write(pen, statsWords(scene, histogram), margin, 84, text, inkOf(scene.isDark));
    if (base) {
      legend(pen, scene, base);
    }
    const [divide, divideBase] = base ? [divisor(scene, scene.summary, histogram.count), divisor(scene, scene.base!.summary, base.count)] : [1, 1];
    const most = lines.reduce((most, line) => Math.max(most, line.count / divide, line.baseCount / divideBase), 0);
    const least = 1 / Math.max(divide, divideBase);
    const bars = { x: margin + 300, width: pictureWidth - 2 * margin - 300 };
    let upTo = 0;
    const curve: [number, number][] = [];
    lines.forEach((line, i) => {
      const y = top + i * row;
      pen.textAlign = 'right';
      write(pen, line.gap > 0 ? `… ${line.gap} empty …` : line.label, margin + 150, y + 6, small, mutedOf(scene.isDark));
      write(pen, line.gap > 0 ? '' : formatCount(line.count), margin + 225, y + 6, small, inkOf(scene.isDark));
      write(pen, line.gap > 0 ? '' : formatShare(line.count / (histogram.count || 1)), margin + 290, y + 6, small, mutedOf(scene.isDark));
      pen.textAlign = 'left';
      bar(pen, barOf(scene.isDark), bars.x, y + 3, bars.width * lengthOf(line.count / divide, most, least, scene.view.logBars), base ? 9 : row - 6);
      if (base) {
        bar(pen, baseOf(scene.isDark), bars.x, y + 13, bars.width * lengthOf(line.baseCount / divideBase, most, least, scene.view.logBars), 9);
      }
      upTo += line.count;
      curve.push([bars.x + (bars.width * upTo) / (histogram.count || 1), y + row / 2]);
    });
    if (scene.view.cumulative && histogram.count > 0) {
      stroke(pen, curve, mutedOf(scene.isDark));
    }
    write(pen, `${scene.view.logBars ? 'logarithmic lengths' : 'lengths in proportion'}${scene.view.cumulative ? '; line: share of all up to there, 0 to 100 %' : ''}`,
      bars.x, top - 22, small, mutedOf(scene.isDark));
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
