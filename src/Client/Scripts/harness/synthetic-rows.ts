import { FrameKind } from '../stacks/stack-fold';
import type { GroupPage, GroupQuery, RowCell, RowDetails, RowInfo, RowPage, RowQuery, RowView } from '../rows/row-data';

/** What the scripted events have: a text, a port, an address with another raw value, a return value. */
export const syntheticInfo: RowInfo = {
  columns: [
    { name: 'path', label: 'filename', type: 'char *', isNumber: false },
    { name: 'sk_dport', label: 'sk->sk_dport', type: '__be16', isNumber: true },
    { name: 'sk_daddr', label: 'sk->sk_daddr', type: '__be32', isNumber: false },
    { name: 'retval', label: 'retval', type: 'int', isNumber: true },
  ],
  hasMessage: true, hasStacks: true, showTime: '', showCpu: true, countEqual: false,
};

const comms = ['curl', 'nginx', 'sshd', 'kworker/u8:2', 'postgres', 'node'];
const ports = [443, 80, 5432, 22, 8080];
/** Longer searches are told of in steps, as a server does that has a million events to look at. */
const perSearch = 250_000;

/** The events of a session that exists nowhere: each is made from its number, so a million of them take no memory. */
export class SyntheticRows {
  first = 0;
  end = 0;
  /** Events that are not made, by their number. */
  readonly special = new Map<number, Partial<RowView>>();
  /** Every question that came, for tests of how many are asked. */
  readonly queries: RowQuery[] = [];
  /** Questions under way, now and at most. */
  underWay = 0;
  most = 0;
  /** More groups of equal events are not made. */
  mostGroups = 100_000;
  /** Milliseconds that an answer takes. */
  delay = 0;
  #search: { key: string; first: number; looked: number; found: number[] } = { key: '', first: 0, looked: 0, found: [] };

  async page(query: RowQuery): Promise<RowPage> {
    this.queries.push(query);
    this.most = Math.max(this.most, ++this.underWay);
    await new Promise(done => setTimeout(done, this.delay));
    this.underWay--;
    const problem = problemOf(query.filter);
    const { first, end } = this;
    if (problem) {
      return { first, end, matches: 0, looked: first, from: 0, rows: [], problem };
    }
    const until = Math.min(end, query.until ?? end);
    const isPlain = query.filter === null && query.text === null && query.sortBy === null;
    const found = isPlain ? null : this.#find(query, until);
    const matches = found?.length ?? Math.max(0, until - first);
    const from = Math.max(0, Math.min(matches, query.from < 0 ? matches + query.from : query.from));
    const count = Math.min(query.count, matches - from);
    const numbers = Array.from({ length: count }, (_, i) => found ? found[from + i]! : first + from + i); // within it
    const gone = numbers.flatMap((number, place) => number < first ? [place] : []);
    const rows = numbers.filter(number => number >= first).map(number => this.row(number));
    return { first, end, matches, looked: isPlain ? until : this.#search.looked, from, rows, gone: gone.length > 0 ? gone : null, problem: null };
  }

  /** All at once: a test of many events must not count by many columns. */
  async groups(query: GroupQuery): Promise<GroupPage> {
    this.most = Math.max(this.most, ++this.underWay);
    await new Promise(done => setTimeout(done, this.delay));
    this.underWay--;
    const { first, end } = this;
    const problem = problemOf(query.filter);
    if (problem) {
      return { first, end, groups: 0, counted: 0, beyond: 0, looked: end, from: 0, rows: [], problem };
    }
    const groups = new Map<string, { count: number; example: RowView }>();
    for (let number = first; number < Math.min(end, query.until ?? end); number++) {
      const row = this.row(number);
      const key = query.by.map(name => valueOf(row, name)).join('\n');
      if (matches(row, query)) {
        groups.set(key, { count: (groups.get(key)?.count ?? 0) + 1, example: row });
      }
    }
    const all = [...groups.values()].sort((a, b) => b.count - a.count);
    const kept = all.slice(0, this.mostGroups);
    const sum = (of: typeof all) => of.reduce((total, { count }) => total + count, 0);
    return {
      first, end, groups: kept.length, counted: sum(kept), beyond: sum(all) - sum(kept), looked: end, from: query.from,
      rows: kept.slice(query.from, query.from + query.count), problem: null,
    };
  }

  details(number: number): RowDetails {
    const row = this.row(number);
    return {
      row, line: `${(row.ms / 1000).toFixed(6)} ${row.pid} ${row.tid} ${row.comm} tcp_connect ${row.message ?? ''}`,
      fields: { sk_daddr: ['skc_family = AF_INET', 'skc_state = TCP_SYN_SENT', `skc_num = ${number % 65536}`] },
      kernelStack: ['tcp_connect', 'tcp_v4_connect', '__inet_stream_connect', 'do_syscall_64'].map((name, i) =>
        ({ name, module: 'kernel', kind: FrameKind.Kernel, offset: `0x${(17 * (i + 1)).toString(16)}` })),
      userStack: ['connect', 'Curl_connecthost', 'main'].map(name => ({ name, module: '/usr/bin/curl', kind: FrameKind.User })),
    };
  }

  row(number: number): RowView {
    const dice = Math.imul(number ^ (number >>> 7), 0x9e3779b1) >>> 0;
    const comm = comms[dice % comms.length]!;
    const port = ports[(dice >>> 4) % ports.length]!;
    const failed = dice % 17 === 0;
    const address = `10.0.${(dice >>> 8) % 256}.${(dice >>> 16) % 256}`;
    return {
      number, ms: number * 0.125, cpu: dice % 4, pid: 1000 + (dice % 40), tid: 1000 + (dice % 160), comm, slot: dice % 3,
      message: `connect to ${address}:${port}${failed ? ' failed' : ''}`,
      cells: [
        { text: `/srv/www/site-${dice % 9}/index-${number}.html` }, { text: String(port), raw: `0x${((port & 0xff) << 8 | port >> 8).toString(16)}` },
        { text: address, raw: `0x${(dice >>> 0).toString(16).padStart(8, '0')}` },
        failed ? { text: 'ECONNREFUSED', raw: '-111' } : { text: '0' },
      ],
      ...this.special.get(number),
    };
  }

  #find(query: RowQuery, until: number): number[] {
    const key = JSON.stringify([query.filter, query.text, query.sortBy, query.descending, query.until]);
    const isOrdered = query.until !== null && query.sortBy !== null; // then no place changes
    if (this.#search.key !== key || (this.#search.first !== this.first && !isOrdered)) {
      this.#search = { key, first: this.first, looked: this.first, found: [] };
    }
    const search = this.#search;
    const to = Math.min(until, search.looked + perSearch);
    for (let number = search.looked; number < to; number++) {
      const row = this.row(number);
      if (matches(row, query)) {
        search.found.push(number);
      }
    }
    search.looked = to;
    return query.sortBy === null ? search.found : this.#sorted(search.found, query);
  }

  #sorted(found: readonly number[], { sortBy, descending }: RowQuery): number[] {
    const sign = descending ? -1 : 1;
    const values = found.map(number => ({ number, value: valueOf(this.row(number), sortBy!) }));
    return values.sort((a, b) => sign * compare(a.value, b.value) || a.number - b.number).map(({ number }) => number);
  }
}

function compare(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)];
  return Number.isNaN(x) || Number.isNaN(y) ? (a < b ? -1 : a > b ? 1 : 0) : x - y;
}

const condition = /^\s*(\w+)\s*(==|!=)\s*("(?:[^"\\]|\\.)*"|-?\w+)\s*$/;
const names = ['pid', 'tid', 'cpu', 'comm', 'func', 'message', ...syntheticInfo.columns.map(({ name }) => name)];

function matches(row: RowView, { filter, text }: Pick<RowQuery, 'filter' | 'text'>): boolean {
  const isWanted = filter === null || filter.split('&&').every(part => {
    const [, name, operator, literal] = condition.exec(part)!; // problemOf has read it
    const wanted = literal!.startsWith('"') ? JSON.parse(literal!) as string : literal!;
    return (valueOf(row, name!) === wanted) === (operator === '==');
  });
  return isWanted && (text === null
    || [row.comm, row.message ?? '', ...row.cells.map(cell => cell?.text ?? '')].some(each => each.toLowerCase().includes(text.toLowerCase())));
}

function valueOf(row: RowView, name: string): string {
  const at = syntheticInfo.columns.findIndex(column => column.name === name);
  const cell: RowCell | null = at >= 0 ? row.cells[at] ?? null : null;
  const numeric = at >= 0 && syntheticInfo.columns[at]!.isNumber ? [cell?.text ?? '', cell?.raw ?? ''] : [];
  const fixed: Record<string, string> = {
    time: String(row.ms), pid: String(row.pid), tid: String(row.tid), cpu: String(row.cpu), comm: row.comm, message: row.message ?? '',
    func: ['tcp_connect', 'tcp_v4_connect', 'tcp_v6_connect'][row.slot]!,
  };
  return at < 0 ? fixed[name] ?? '' : numeric.find(value => value !== '' && !Number.isNaN(Number(value))) ?? cell?.text ?? '';
}

function problemOf(filter: string | null): RowPage['problem'] {
  let start = 0;
  for (const part of filter?.split('&&') ?? []) {
    const [, name] = condition.exec(part) ?? [];
    const indent = part.length - part.trimStart().length;
    if (name === undefined) {
      return { start: start + indent, length: part.trim().length, message: 'this is not a condition', hint: null };
    }
    if (!names.includes(name)) {
      return { start: start + indent, length: name.length, message: `there is no column '${name}'`, hint: `the columns are ${names.join(', ')}` };
    }
    start += part.length + 2;
  }
  return null;
}
