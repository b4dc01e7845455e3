import type { Fold } from '../fold';
import type { Timeline } from './stack-fold';
import { TimelineModel } from './timeline-model';

/** How many points are asked for. */
const pointsAsked = 600;

/** Milliseconds between two questions at least. */
const askEvery = 5000;

/**
 * A timeline that asks the server where the folds that came tell too little: the first one, and one after a lost connection,
 * span a long time.
 */
export class LiveTimeline {
  readonly model = new TimelineModel();
  #isAsking = false;

  /** Without `ask` there is only what came. */
  constructor(private readonly ask: ((maxPoints: number) => Promise<Timeline>) | undefined, private readonly changed: () => void) {}

  add(fold: Fold): void {
    this.model.add(fold);
    if (this.ask && this.model.isCoarse && !this.#isAsking) {
      void this.#refine(this.ask);
    }
  }

  async #refine(ask: (maxPoints: number) => Promise<Timeline>): Promise<void> {
    this.#isAsking = true;
    try {
      this.model.replace(await ask(pointsAsked));
      this.changed();
    } catch {
      // No connection: it stays coarse, and the next fold asks again.
    } finally {
      setTimeout(() => this.#isAsking = false, askEvery); // no storm of questions
    }
  }
}
