/** What a finger scrolls. */
export interface Touchable {
  /** Whether the browser's own scrolling would go too far: where a pixel of the bar is several of the list. */
  isScaled(): boolean;
  /** Moves by so many pixels of the list, and says how many of them it could not. */
  moveBy(pixels: number): number;
}

/** Pixels before it is clear whether a finger goes up and down or sideways. */
const slop = 8;
/** Which part of its speed a list that was let go of keeps in each millisecond. */
const friction = 0.997;
/** Milliseconds after which a finger that did not move throws nothing. */
const rest = 100;
/** Pixels per millisecond below which it stands. */
const slowest = 0.03;

/**
 * Scrolls a list with a finger, pixel by pixel, where the browser would not; it goes on for a while when let go of. At
 * an end of the list the page goes on, as with lists that browsers scroll. Sideways the browser does it.
 */
export class TouchScroll {
  #last: { x: number; y: number; at: number } | null = null;
  #start = { x: 0, y: 0 };
  /** Null until it is clear where the finger goes. */
  #isVertical: boolean | null = null;
  #speed = 0;
  #frame = 0;

  constructor(private readonly element: HTMLElement, private readonly list: Touchable) {
    element.addEventListener('touchstart', event => this.#begin(event), { passive: true });
    element.addEventListener('touchmove', event => this.#move(event), { passive: false });
    element.addEventListener('touchend', event => this.#end(event));
    element.addEventListener('touchcancel', () => this.#last = null);
  }

  /** Leaves to the browser what it does right. */
  adapt(): void {
    this.element.style.touchAction = this.list.isScaled() ? 'pan-x pinch-zoom' : '';
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
  }

  #begin(event: TouchEvent): void {
    this.stop();
    const touch = event.touches[0];
    const isOne = event.touches.length === 1 && this.list.isScaled();
    this.#last = touch && isOne ? { x: touch.clientX, y: touch.clientY, at: event.timeStamp } : null;
    this.#start = this.#last ?? this.#start;
    this.#isVertical = null;
    this.#speed = 0;
  }

  #move(event: TouchEvent): void {
    const touch = event.touches[0];
    if (!touch || !this.#last) {
      return;
    }
    if (this.#isVertical === null) {
      const [across, along] = [Math.abs(touch.clientX - this.#start.x), Math.abs(touch.clientY - this.#start.y)];
      this.#isVertical = Math.max(across, along) < slop ? null : along > across;
    }
    if (!this.#isVertical) {
      return;
    }
    event.preventDefault();
    const by = this.#last.y - touch.clientY;
    const ms = Math.max(1, event.timeStamp - this.#last.at);
    this.#speed = 0.7 * (by / ms) + 0.3 * this.#speed;
    this.#last = { x: touch.clientX, y: touch.clientY, at: event.timeStamp };
    scrollBy(0, this.list.moveBy(by));
  }

  #end(event: TouchEvent): void {
    if (this.#last && this.#isVertical && event.timeStamp - this.#last.at < rest) {
      this.#glide(performance.now());
    }
    this.#last = null;
  }

  #glide(before: number): void {
    this.#frame = requestAnimationFrame(now => {
      const ms = Math.max(0, now - before);
      this.#speed *= friction ** ms;
      const left = this.list.moveBy(this.#speed * ms);
      if (Math.abs(this.#speed) > slowest && left === 0) {
        this.#glide(now);
      }
    });
  }
}
