import type { Lane } from './lane';

/** Milliseconds until what was asked in vain, or answered with nothing new, is asked again. */
const patience = 500;

/** What of an answer tells whether there is something new in it. */
interface Answer {
  end: number;
  looked: number;
  matches?: number;
}

export interface LoaderEvents<Q, A> {
  /** What is missing now; null when nothing is. */
  wish(): Q | null;
  answered(query: Q, page: A): void;
  /** Milliseconds to leave the server alone after an answer that brought something new. */
  rest?(): number;
  /** There was no answer; it is asked again. */
  failed(error: unknown): void;
}

/** Asks for what is missing, one question at a time, until nothing is. */
export class RowLoader<Q, A extends Answer> {
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isWaiting = false;
  #last = '';

  constructor(
    private readonly lane: Lane,
    private readonly ask: (query: Q) => Promise<A>,
    private readonly events: LoaderEvents<Q, A>,
    private readonly later: (run: () => void, ms: number) => ReturnType<typeof setTimeout> | undefined = (run, ms) => setTimeout(run, ms),
  ) {}

  /** Asks, if something is missing and no question is under way. */
  pump(): void {
    if (this.#stopped || this.lane.isBusy || this.#isWaiting) {
      return;
    }
    const query = this.events.wish();
    if (query) {
      void this.#load(query);
    }
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #load(query: Q): Promise<void> {
    try {
      const page = await this.lane.run(() => this.ask(query));
      if (this.#stopped) {
        return;
      }
      this.events.answered(query, page);
      const said = JSON.stringify([query, page.end, page.looked, page.matches]);
      const isNews = said !== this.#last;
      this.#last = said;
      this.#again(isNews ? this.events.rest?.() ?? 0 : patience);
    } catch (error) {
      this.events.failed(error);
      this.#again(patience);
    }
  }

  #again(ms: number): void {
    if (!this.#stopped) {
      this.#isWaiting = true;
      this.#timer = this.later(() => {
        this.#isWaiting = false;
        this.pump();
      }, ms);
    }
  }
}
