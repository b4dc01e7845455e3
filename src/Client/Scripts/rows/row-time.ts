/** 12345.678901 → "12.345679": seconds of session time, to the microsecond. */
export function sessionTime(ms: number): string {
  return (ms / 1000).toFixed(6);
}

/** The same by the clock of whoever looks: "14:03:22.345678". */
export function clockTime(startedAt: number, ms: number): string {
  const micros = Math.round(startedAt * 1000 + ms * 1000);
  const clock = new Date(Math.floor(micros / 1000)).toLocaleTimeString('en-GB');
  return `${clock}.${String(micros % 1_000_000).padStart(6, '0')}`;
}

/** "12.5", "+12.5 s", "250 ms", "1:05.2" or "1 min" as milliseconds of session time; null for anything else. */
export function parseTime(text: string): number | null {
  const [, hours, minutes, rest, unit = 's'] =
    /^\s*\+?\s*(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d*)?|\.\d+)\s*(ms|s|min|m)?\s*$/i.exec(text) ?? [];
  if (rest === undefined) {
    return null;
  }
  const scale = { ms: 1, s: 1000, m: 60_000, min: 60_000 }[unit.toLowerCase()]!; // the expression knows no other
  return (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000 + Number(rest) * scale;
}
