import { LiveBench } from '../live-bench';
import type { Hub } from '../session-feed';
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
export class StackView extends LiveBench {
  constructor(element: HTMLElement, { sessionId, info, attaching }: StackViewOptions, hub: Hub | null = null) {
    const model = new StackModel();
    super(element, { sessionId, model, attaching }, (place, feed) => new Workbench(place, {
      model, info, range: (from, to) => feed.range(from, to), timeline: points => feed.timeline(points),
    }), hub);
  }
}
