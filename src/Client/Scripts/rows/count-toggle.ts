import { make } from '../dom';

/** Whether equal events are counted, or every event has its own line. */
export class CountToggle {
  readonly element: HTMLButtonElement;

  constructor(change: (isCounting: boolean) => void) {
    this.element = make('button', {
      type: 'button', className: 'rw-count', 'data-shortcut': 'e',
      title: 'Count events that are equal in the columns that are seen, but for the time (e)',
      onclick: () => change(this.element.getAttribute('aria-pressed') !== 'true'),
    }, 'Count equal events');
  }

  draw(isCounting: boolean): void {
    this.element.setAttribute('aria-pressed', String(isCounting));
  }
}
