// For tests and measurements only: the view of a session that exists nowhere, driven from outside the page.
import type { StackInfo } from '../stacks/stack-fold';
import { StackView } from '../stacks/stack-view';
import { RowTable } from '../rows/row-table';
import { ScriptedHub } from './scripted-hub';
import { syntheticInfo, SyntheticRows } from './synthetic-rows';
import { SyntheticStacks } from './synthetic';
import '../page';

const info: StackInfo = {
  kernel: true, user: true, perProcess: false, singleProcess: false, byThread: false, byCpu: true, offsets: false,
  addresses: false, delimited: false, folded: false, sampled: false, frequency: null,
};

interface Harness {
  hub: ScriptedHub;
  /** Shows a session of so many nodes, with so many ticks of past. */
  start(nodes: number, ticks: number, more?: Partial<StackInfo>): void;
  /** So many ticks pass, each with so many events. */
  push(ticks: number, events: number, part?: number): void;
  discover(name: string, weight: number): void;
  /** Shows a session that has so many events, one by one. */
  startRows(count: number, more?: { attaching?: boolean; running?: boolean }): void;
  /** So many more events come, in one tick. */
  pushRows(count: number): void;
  rows: SyntheticRows;
  /** Whether the command of `startRows` has -A. */
  countEqual: boolean;
  /** So many updates, one every so many milliseconds, as a live session sends them. */
  run(updates: number, everyMs: number): Promise<void>;
}

let stacks = new SyntheticStacks(0);
const hub = new ScriptedHub();
const rows = new SyntheticRows();

const harness: Harness = {
  hub,
  start(nodes, ticks, more = {}) {
    stacks = new SyntheticStacks(nodes);
    for (let i = 0; i < ticks; i++) {
      hub.folds.push(stacks.fold(1, i === 0 ? Math.max(3000, 2 * nodes) : 3000 + 2000 * Math.sin(i / 9), i === 0 ? 1 : 0.5));
    }
    const place = document.querySelector<HTMLElement>('.stack-view')!; // the page has it
    new StackView(place, { sessionId: 'scripted', attaching: false, info: { ...info, ...more } }, hub);
  },
  push(ticks, events, part = 0.5) {
    for (let i = 0; i < ticks; i++) {
      hub.push(stacks.fold(1, events, part));
    }
  },
  rows,
  countEqual: false,
  startRows(count, more = {}) {
    hub.rows = rows;
    harness.pushRows(count);
    const place = document.querySelector<HTMLElement>('.stack-view')!; // the page has it
    place.className = 'row-table';
    new RowTable(place, {
      sessionId: 'scripted', info: { ...syntheticInfo, countEqual: harness.countEqual }, startedAt: '2026-01-02T03:04:05Z', attaching: false, running: true,
      targets: ['tcp_connect', 'tcp_v4_connect', 'tcp_v6_connect'].map((name, slot) => (
        { slot, name, kind: 'kernel function', where: null, mechanism: 'kprobe.multi', aliases: [] })), ...more,
    }, hub);
  },
  pushRows(count) {
    const from = hub.folds.length;
    rows.end += count;
    hub.push({
      from, to: from + 1, startMs: (rows.end - count) * 0.125, endMs: rows.end * 0.125, slots: [0], counts: [count], runs: count,
      runNs: count * 700, misses: 0, rows: { first: rows.first, end: rows.end }, losses: [],
    });
  },
  discover: (name, weight) => stacks.discover(name, weight),
  async run(updates, everyMs) {
    for (let i = 0; i < updates; i++) {
      harness.push(1, 5000, 0.3);
      await new Promise(done => setTimeout(done, everyMs));
    }
  },
};

Object.assign(window, { harness });
