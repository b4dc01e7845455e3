/** Size of the drawing in its own units; the style sheet decides how large it appears. */
export const sparkWidth = 120;
export const sparkHeight = 20;

/**
 * The path of a line through the values, newest at the right edge, a full minute wide, the highest value at the top.
 * Empty when there is nothing to draw.
 */
export function sparkPath(values: readonly number[], capacity: number): string {
  const peak = Math.max(0, ...values);
  if (peak === 0 || values.length < 2) {
    return '';
  }
  const step = sparkWidth / (capacity - 1);
  const left = sparkWidth - (values.length - 1) * step;
  return values
    .map((value, index) => `${index ? 'L' : 'M'}${round(left + index * step)} ${round(y(value, peak))}`)
    .join('');
}

function y(value: number, peak: number): number {
  return sparkHeight - 1 - (value / peak) * (sparkHeight - 2);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
