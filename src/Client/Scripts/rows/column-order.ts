/** Which columns are seen, in the order in which they stand. */
export type Order = readonly string[];

/** Those of an order that exist; the usual ones if nothing was said. */
export function visibleOrder(order: Order | null, all: readonly { key: string; isUsual: boolean }[]): string[] {
  const known = new Set(all.map(({ key }) => key));
  const chosen = [...new Set(order ?? [])].filter(key => known.has(key));
  return chosen.length > 0 ? chosen : all.filter(({ isUsual }) => isUsual).map(({ key }) => key);
}

/** Every column as a menu lists them: those seen in their order, then the rest. */
export function menuOrder(visible: Order, all: readonly { key: string }[]): string[] {
  return [...visible, ...all.map(({ key }) => key).filter(key => !visible.includes(key))];
}

/** One place to the left (-1) or right; at an end it stays. */
export function moved(visible: Order, key: string, by: 1 | -1): string[] {
  const at = visible.indexOf(key);
  const to = at + by;
  if (at < 0 || to < 0 || to >= visible.length) {
    return [...visible];
  }
  const result = [...visible];
  [result[at], result[to]] = [result[to]!, result[at]!]; // both are within
  return result;
}

/** Seen or not; the last one stays, since a table of nothing could not be told from a broken one. */
export function toggled(visible: Order, key: string): string[] {
  if (!visible.includes(key)) {
    return [...visible, key];
  }
  return visible.length > 1 ? visible.filter(each => each !== key) : [...visible];
}
