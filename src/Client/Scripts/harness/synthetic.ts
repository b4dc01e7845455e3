import type { Fold } from '../fold';
import { FrameKind, Quality, type ContextInfo, type FrameInfo, type StackFold } from '../stacks/stack-fold';

/** A repeatable source of chance (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const libc = '/usr/lib/x86_64-linux-gnu/libc.so.6';
const ssl = '/usr/lib/x86_64-linux-gnu/libssl.so.3';
const nginx = '/usr/sbin/nginx';

/** A web server under load, as its stacks at tcp_sendmsg and around it look: outermost first, with a weight. */
const stories: readonly (readonly [weight: number, stack: string])[] = [
  [90, '_start@c __libc_start_main@c main@n ngx_master_process_cycle@n ngx_worker_process_cycle@n ngx_process_events_and_timers@n ngx_epoll_process_events@n ngx_http_wait_request_handler@n ngx_http_process_request_line@n ngx_http_core_run_phases@n ngx_http_output_filter@n ngx_http_write_filter@n ngx_linux_sendfile_chain@n writev@c entry_SYSCALL_64_after_hwframe@k do_syscall_64@k do_writev@k vfs_writev@k sock_write_iter@k inet_sendmsg@k tcp_sendmsg@k'],
  [40, '_start@c __libc_start_main@c main@n ngx_master_process_cycle@n ngx_worker_process_cycle@n ngx_process_events_and_timers@n ngx_epoll_process_events@n ngx_http_wait_request_handler@n ngx_http_process_request_line@n ngx_http_core_run_phases@n ngx_http_output_filter@n ngx_http_write_filter@n ngx_linux_sendfile_chain@n sendfile64@c entry_SYSCALL_64_after_hwframe@k do_syscall_64@k __x64_sys_sendfile64@k do_sendfile@k splice_direct_to_actor@k splice_to_socket@k sock_sendmsg@k inet_sendmsg@k tcp_sendmsg@k'],
  [30, '_start@c __libc_start_main@c main@n ngx_master_process_cycle@n ngx_worker_process_cycle@n ngx_process_events_and_timers@n ngx_epoll_process_events@n ngx_http_ssl_handshake@n SSL_do_handshake@s ossl_statem_accept@s state_machine@s SSL_write@s BIO_write@s write@c entry_SYSCALL_64_after_hwframe@k do_syscall_64@k ksys_write@k vfs_write@k sock_write_iter@k inet_sendmsg@k tcp_sendmsg@k'],
  [22, 'start_thread@c uv_run@N uv__io_poll@N node::LibuvStreamWrap::DoTryWrite(uv_buf_t**,\u00a0unsigned\u00a0long*)@N Builtins_InterpreterEntryTrampoline@N LazyCompile:*handleRequest\u00a0/srv/app/server.js:42@j LazyCompile:*render\u00a0/srv/app/view.js:7@j LazyCompile:*render\u00a0/srv/app/view.js:7@j LazyCompile:*render\u00a0/srv/app/view.js:7@j writeUtf8String@i write@c entry_SYSCALL_64_after_hwframe@k do_syscall_64@k ksys_write@k vfs_write@k sock_write_iter@k tcp_sendmsg@k'],
  [14, '[unknown]@x [unknown]@x write@c entry_SYSCALL_64_after_hwframe@k do_syscall_64@k ksys_write@k vfs_write@k sock_write_iter@k tcp_sendmsg@k'],
  [9, 'ret_from_fork_asm@k kthread@k worker_thread@k process_one_work@k xs_stream_data_receive_workfn@k tcp_sendmsg@k'],
];

const places: Readonly<Record<string, readonly [module: string | null, kind: FrameKind]>> = {
  c: [libc, FrameKind.User], n: [nginx, FrameKind.User], s: [ssl, FrameKind.User], k: ['kernel', FrameKind.Kernel],
  N: ['/usr/bin/node', FrameKind.User], j: [null, FrameKind.Jit], i: ['/usr/bin/node', FrameKind.Inlined],
  x: [null, FrameKind.UnknownUser],
};

const contexts: readonly ContextInfo[] = [
  { pid: 812, tid: 812, cpu: 0, comm: 'nginx' }, { pid: 813, tid: 813, cpu: 1, comm: 'nginx' },
  { pid: 2290, tid: 2290, cpu: 0, comm: 'node' }, { pid: 77, tid: 77, cpu: 1, comm: 'kworker/u8:2' },
];

/**
 * Stacks as a busy server would count them, of any number of nodes, and tick after tick what grew. The same numbers in
 * every run.
 */
export class SyntheticStacks {
  readonly #random: () => number;
  readonly #frames: FrameInfo[] = [];
  readonly #frameIds = new Map<string, number>();
  readonly #parents: number[] = [];
  readonly #nodeFrames: number[] = [];
  readonly #children = new Map<string, number>();
  readonly #series: { context: number; node: number; quality: number; weight: number }[] = [];
  #told = { frames: 0, nodes: 0, contexts: 0, series: 0 };
  #tick = 0;

  constructor(nodes: number, seed = 7) {
    this.#random = chance(seed);
    for (const [weight, story] of stories) {
      const frames = story.split(' ').map(part => part.split('@') as [string, string]);
      const leaf = this.#stack(frames);
      const isNode = story.includes('uv_run');
      this.#add(isNode ? 2 : story.startsWith('ret_') ? 3 : 0, leaf, weight, story.startsWith('[unknown]') ? Quality.Unresolved | Quality.Broken : 0);
      if (!isNode) this.#add(1, leaf, weight / 3, 0);
    }
    this.#growTo(nodes);
  }

  get nodes(): number {
    return this.#parents.length;
  }

  /** New stacks from now on, under a name that has not been there before. */
  discover(name: string, weight: number): void {
    const main = this.#stack([['_start', 'c'], ['__libc_start_main', 'c'], ['main', 'n']]);
    this.#add(0, this.#child(main, name, 'n'), weight, 0);
  }

  /** The next ticks, 100 ms each, in one fold. `events` in all; each series gets its part, with chance. */
  fold(ticks: number, events: number, part = 1): Fold {
    const [from, to] = [this.#tick, this.#tick += ticks];
    const moved = this.#series.map((each, series) => ({ series, weight: each.weight * (0.5 + this.#random()) }))
      .filter(() => part === 1 || this.#random() < part);
    const whole = moved.reduce((sum, { weight }) => sum + weight, 0);
    const grown = moved.map(({ series, weight }) => ({ series, count: Math.round((events * weight) / whole) }))
      .filter(({ count }) => count > 0);
    const lost = from > 0 && from % 50 === 0 ? 3 : 0;
    const counted = grown.reduce((sum, { count }) => sum + count, 0);
    return {
      from, to, startMs: from * 100, endMs: to * 100, slots: [0], counts: [counted + lost], runs: counted + lost,
      runNs: counted * 900, misses: 0, stacks: this.#tell(grown),
      losses: lost > 0 ? [{ cause: 'ringFull', reason: 'not shown: they came faster than they could be read', count: lost }] : [],
    };
  }

  #tell(grown: readonly { series: number; count: number }[]): StackFold {
    const told = this.#told;
    this.#told = { frames: this.#frames.length, nodes: this.#parents.length, contexts: contexts.length, series: this.#series.length };
    const fresh = this.#series.slice(told.series);
    return {
      firstFrame: told.frames, frames: this.#frames.slice(told.frames),
      firstNode: told.nodes + 1, parents: this.#parents.slice(told.nodes), nodeFrames: this.#nodeFrames.slice(told.nodes),
      firstContext: told.contexts, contexts: contexts.slice(told.contexts),
      firstSeries: told.series, seriesContexts: fresh.map(each => each.context), seriesNodes: fresh.map(each => each.node),
      seriesQualities: fresh.map(each => each.quality),
      series: grown.map(each => each.series), counts: grown.map(each => each.count),
    };
  }

  /** Branches here and there, as deep and as uneven as real ones. */
  #growTo(nodes: number): void {
    while (this.nodes < nodes) {
      let node = 1 + Math.floor(this.#random() ** 2 * this.nodes);
      const depth = 1 + Math.floor(this.#random() * 6);
      for (let i = 0; i < depth && this.nodes < nodes; i++) {
        const id = Math.floor(this.#random() ** 3 * 6000);
        const place = id % 3 === 0 ? 'k' : id % 3 === 1 ? 'n' : 'c';
        node = this.#child(node, `${place === 'k' ? 'kfunc' : place === 'n' ? 'ngx_handler' : '__lib_call'}_${id}`, place);
      }
      this.#add(Math.floor(this.#random() * contexts.length), node, 0.02 + this.#random() ** 8 * 20, this.#random() < 0.02 ? Quality.Truncated : 0);
    }
  }

  #stack(frames: readonly [name: string, place: string][]): number {
    return frames.reduce((node, [name, place]) => this.#child(node, name, place), 0);
  }

  #child(parent: number, name: string, place: string): number {
    const frame = this.#frame(name, place);
    const key = `${parent}:${frame}`;
    const known = this.#children.get(key);
    if (known !== undefined) {
      return known;
    }
    this.#parents.push(parent);
    this.#nodeFrames.push(frame);
    this.#children.set(key, this.#parents.length);
    return this.#parents.length;
  }

  #frame(name: string, place: string): number {
    const key = `${name}@${place}`;
    let id = this.#frameIds.get(key);
    if (id === undefined) {
      const [module, kind] = places[place]!;
      id = this.#frames.push({ name, module, kind }) - 1;
      this.#frameIds.set(key, id);
    }
    return id;
  }

  #add(context: number, node: number, weight: number, quality: number): void {
    this.#series.push({ context, node, quality, weight });
  }
}

