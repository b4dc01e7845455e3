const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** 1234567 → "1,234,567". */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** One decimal below ten, none above: "0", "0.4", "9.5", "1,204"; what is there but rounds to nothing is "<0.1". */
export function formatRate(rate: number): string {
  return rate > 0 && rate < 0.05 ? '<0.1' : rate > 0 && rate < 9.95 ? oneDigit.format(rate) : whole.format(rate);
}

/** 0.1234 → "12.3 %"; what is there but rounds to nothing is "<0.1 %". */
export function formatShare(share: number): string {
  return share > 0 && share < 0.0005 ? '<0.1 %' : `${oneDigit.format(share * 100)} %`;
}

/** 4000 → "4 s", 500 → "0.5 s", 125000 → "2:05 min". */
export function formatSeconds(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 60) {
    return `${Number(seconds.toFixed(1))} s`;
  }
  const rest = Math.floor(seconds % 60).toString().padStart(2, '0');
  return `${Math.floor(seconds / 60)}:${rest} min`;
}
