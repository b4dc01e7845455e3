/** What the filter box means. With an `error` (an unfinished or wrong regular expression) everything matches. */
export interface RowFilter {
  matches(name: string): boolean;
  readonly error?: string;
}

/**
 * `str` finds it anywhere; `str*` is BCC's wildcard and must match the whole name; `/^str/` is a regular expression
 * (the closing slash may be missing while typing; `i` may follow it). The first two ignore case.
 */
export function parseFilter(text: string): RowFilter {
  const typed = text.trim();
  if (typed.startsWith('/')) {
    return regexFilter(typed);
  }
  if (typed.includes('*')) {
    return patternFilter(new RegExp(`^${typed.split('*').map(escape).join('.*')}$`, 'i'));
  }
  const wanted = typed.toLowerCase();
  return { matches: name => name.toLowerCase().includes(wanted) };
}

function regexFilter(typed: string): RowFilter {
  const [, body = '', flags = ''] = /^\/(.*?)(?:\/(i?))?$/.exec(typed) ?? [];
  try {
    return patternFilter(new RegExp(body, flags));
  } catch {
    return { matches: () => true, error: 'not a regular expression yet' };
  }
}

function patternFilter(pattern: RegExp): RowFilter {
  return { matches: name => pattern.test(name) };
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
