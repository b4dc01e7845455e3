import { make } from '../dom';
import type { Point } from '../popup';
import { visibleText } from '../visible-text';

/** The box beside the pointer. Shift holds it in place, so that it can be read at leisure and copied from. */
export class FrameTip {
  readonly element = make('div', { className: 'fg-tip', role: 'tooltip', hidden: true });
  #held = false;
  #shown = '';

  get isHeld(): boolean {
    return this.#held;
  }

  get isShown(): boolean {
    return !this.element.hidden;
  }

  show(name: string, facts: readonly [string, string][], note: string, at: Point): void {
    this.fill(name, facts, note);
    this.element.hidden = false;
    this.#moveTo(at);
  }

  /** New numbers in the same place. */
  fill(name: string, facts: readonly [string, string][], note: string): void {
    const shown = JSON.stringify([name, facts, note]);
    if (shown === this.#shown) {
      return;
    }
    this.#shown = shown;
    this.element.replaceChildren(
      make('strong', {}, visibleText(name)),
      make('dl', {}, ...facts.map(([label, value]) => make('div', {}, make('dt', {}, label), make('dd', {}, value)))),
      make('p', {}, note));
  }

  hold(held: boolean): void {
    this.#held = held;
    this.element.classList.toggle('fg-held', held);
  }

  hide(): void {
    this.hold(false);
    this.element.hidden = true;
  }

  #moveTo({ x, y }: Point): void {
    const { offsetWidth, offsetHeight } = this.element;
    const left = x + 14 + offsetWidth > innerWidth ? Math.max(4, x - 14 - offsetWidth) : x + 14;
    const top = y + 16 + offsetHeight > innerHeight ? Math.max(4, y - 10 - offsetHeight) : y + 16;
    this.element.style.left = `${left}px`;
    this.element.style.top = `${top}px`;
  }
}
