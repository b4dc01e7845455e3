import { make } from './dom';

/** A place in the window. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Pixels that are left free at the edges of the window. */
const margin = 4;

/**
 * A small window beside what was clicked; gone with a click elsewhere. It moves with the element that had the focus when it
 * was opened, which gets the focus back, and is gone when that is scrolled out of sight.
 */
export abstract class Popup {
  readonly element: HTMLElement;
  #cameFrom: HTMLElement = document.body;
  /** Where it belongs, from the corner of what it moves with. */
  #offset: Point = { x: 0, y: 0 };
  readonly #leave = (event: Event) => !this.element.contains(event.target as Node) && this.close(false);
  readonly #scrolled = (event: Event) => !this.element.contains(event.target as Node) && this.#follow();
  readonly #resized = () => this.place();

  protected constructor(className: string, role: string) {
    // A click beside its buttons leaves the focus in it, for Esc and the arrow keys.
    this.element = make('div', { className, role, hidden: true, tabIndex: -1 });
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  close(giveBack = true): void {
    if (!this.isOpen) {
      return;
    }
    this.element.hidden = true;
    document.removeEventListener('pointerdown', this.#leave, true);
    document.removeEventListener('scroll', this.#scrolled, true);
    removeEventListener('resize', this.#resized);
    if (giveBack) {
      this.#cameFrom.focus({ preventScroll: true });
    }
  }

  /** What the arrow keys go through, from above. */
  protected abstract get items(): readonly HTMLElement[];

  /** Opens with what is in it. */
  protected show({ x, y }: Point): void {
    const focused = document.activeElement;
    if (focused instanceof HTMLElement && !this.element.contains(focused)) {
      this.#cameFrom = focused;
    }
    const { left, top } = this.#cameFrom.getBoundingClientRect();
    this.#offset = { x: x - left, y: y - top };
    this.element.hidden = false;
    this.place();
    this.items[0]?.focus({ preventScroll: true });
    document.addEventListener('pointerdown', this.#leave, true);
    document.addEventListener('scroll', this.#scrolled, { capture: true, passive: true }); // of the page, and of what scrolls in it
    addEventListener('resize', this.#resized);
  }

  /** Wholly into the window, as near to where it belongs as there is room for it. */
  protected place(): void {
    const { left, top } = this.#cameFrom.getBoundingClientRect();
    const { style } = this.element;
    style.left = style.top = '0'; // further to the right it would be as narrow as there is room
    const { offsetWidth, offsetHeight } = this.element;
    style.left = `${within(left + this.#offset.x, innerWidth - offsetWidth)}px`;
    style.top = `${within(top + this.#offset.y, innerHeight - offsetHeight)}px`;
  }

  /** Goes to another item by an arrow key, Home or End; whether it was one of them. */
  protected walk(key: string): boolean {
    const { items } = this;
    const at = items.indexOf(document.activeElement as HTMLElement);
    const last = items.length - 1;
    const to = { ArrowDown: at === last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last }[key];
    items[to ?? -1]?.focus();
    return to !== undefined;
  }

  #follow(): void {
    const { left, right, top, bottom } = this.#cameFrom.getBoundingClientRect();
    const isInSight = this.#cameFrom.isConnected && bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
    if (isInSight) {
      this.place();
    } else {
      this.close();
    }
  }
}

function within(place: number, most: number): number {
  return Math.max(margin, Math.min(place, most - margin));
}
