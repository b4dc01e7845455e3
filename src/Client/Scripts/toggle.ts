import { make } from './dom';

/** A button of a toolbar that is in or out, with the key that does the same. */
export function toggle(label: string, key: string, explained: string, onclick: () => void): HTMLButtonElement {
  return make('button', { type: 'button', className: 'sv-toggle', 'data-shortcut': key, title: `${explained} (${key})`, onclick }, label);
}

export function press(button: HTMLButtonElement, isPressed: boolean): void {
  button.setAttribute('aria-pressed', String(isPressed));
}
