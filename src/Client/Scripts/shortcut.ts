/** The part of a keyboard event that decides which key was meant. */
export interface Key {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/** Names a key as `data-shortcut` spells it: "?", "Space", "Shift+S", "Ctrl+Enter" (Cmd counts as Ctrl). */
export function keyName({ key, ctrlKey, metaKey, altKey, shiftKey }: Key): string {
  const isLetter = /^[a-z]$/i.test(key);
  const name = key === ' ' ? 'Space' : isLetter && shiftKey ? key.toUpperCase() : isLetter ? key.toLowerCase() : key;
  // Shift is part of how "?" is typed, so it only counts where it does not change the character.
  const shift = shiftKey && (isLetter || key.length > 1) ? 'Shift+' : '';
  return `${ctrlKey || metaKey ? 'Ctrl+' : ''}${altKey ? 'Alt+' : ''}${shift}${name}`;
}

/** Whether somebody who is there writes. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement
    && (target.isContentEditable || (target.matches('input, textarea, select') && !target.matches('[type=checkbox]')));
}

/** Whether a key means something wherever the focus is: not with others, nor while typing, nor in menus and dialogs. */
export function isForPage(event: KeyboardEvent): boolean {
  return !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing
    && !isTyping(event.target) && document.querySelector('dialog[open], details.menu[open]') === null;
}

/** Whether a key pressed while typing is still a shortcut: only with Ctrl. */
export function worksWhileTyping(name: string): boolean {
  return name.startsWith('Ctrl+');
}
