import { make } from '../dom';
import type { Applied, Fold } from '../fold';
import { LiveFeed } from '../live-feed';
import type { FeedState, Hub } from '../session-feed';
import type { StackInfo } from './stack-fold';
import { StackModel } from './stack-model';
import { Workbench } from './workbench';

export interface StackViewOptions {
  sessionId: string;
  info: StackInfo;
  /** Whether probes are still being attached. */
  attaching: boolean;
}

/** Called by the interop class; the element belongs to this module until `dispose`. */
export function create(element: HTMLElement, options: StackViewOptions): StackView {
  return new StackView(element, options);
}

/** The hot pane of a session that counts stacks: takes folds from the hub and draws them. */
export class StackView {
  readonly #model: StackModel;
  readonly #live: LiveFeed;
  readonly #bench: Workbench;
  /** Whether something may have been asked in vain. */
  #wasLost = true;

  constructor(private readonly element: HTMLElement, options: StackViewOptions, hub: Hub | null = null) {
    this.#model = new WatchedModel(fold => this.#bench?.added(fold));
    this.#live = new LiveFeed(options.sessionId, this.#model, {
      changed: () => this.#bench.changed(),
      stateChanged: state => this.#refetchIfBack(state),
    }, hub);
    const { feed, line, orphaned } = this.#live;
    const place = make('div');
    element.replaceChildren(orphaned, place);
    this.#bench = new Workbench(place, {
      model: this.#model, info: options.info,
      range: (from, to) => feed.range(from, to), timeline: points => feed.timeline(points),
    });
    this.#bench.status.replaceWith(line);
    this.#bench.attaching = options.attaching;
    void feed.start();
  }

  /** Attaching is over. */
  update(attaching: boolean): void {
    this.#bench.attaching = attaching;
  }

  async dispose(): Promise<void> {
    this.#bench.dispose();
    this.element.replaceChildren();
    await this.#live.dispose();
  }

  #refetchIfBack(state: FeedState): void {
    if (this.#wasLost && state.kind === 'live') {
      this.#bench.refetch();
    }
    this.#wasLost = state.kind !== 'live' && state.kind !== 'ended';
  }
}

/** Tells of every fold that it takes. */
class WatchedModel extends StackModel {
  constructor(private readonly added: (fold: Fold) => void) {
    super();
  }

  override add(fold: Fold): Applied {
    const applied = super.add(fold);
    if (applied === 'added') {
      this.added(fold);
    }
    return applied;
  }
}
