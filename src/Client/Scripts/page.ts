// What every page needs and no component owns: shortcuts, copying, menus, dialogs, and what to do about a lost server. All by
// delegation from the document, so that it works for whatever Blazor renders later.
import { copyText } from './clipboard';
import './export-menu';
import { watchCircuit } from './lost-server';
import { isTyping, keyName, worksWhileTyping } from './shortcut';

document.addEventListener('keydown', event => {
  const name = keyName(event);
  if (event.defaultPrevented || event.isComposing || event.repeat || document.querySelector('dialog[open]')) {
    return;
  }
  if (name === 'Escape') {
    closeMenus();
  } else if (!(isTyping(event.target) && !worksWhileTyping(name)) && !(name === 'Space' && isActivatable(event.target))) {
    press(name, event);
  }
});

document.addEventListener('click', event => {
  const target = event.target as Element;
  closeMenus(target.closest('details.menu'));
  const opener = target.closest<HTMLElement>('[data-opens]');
  if (opener) {
    (document.getElementById(opener.dataset.opens!) as HTMLDialogElement | null)?.showModal();
  }
  if (target.closest('[data-closes]')) {
    target.closest('dialog')?.close();
  }
  if (target.closest('[data-action="reload"]')) {
    location.reload();
  }
  const copier = target.closest<HTMLElement>('[data-copy]');
  if (copier) {
    void copy(copier, copier.dataset.copy || location.href);
  }
});

document.addEventListener('submit', event => {
  const form = event.target as HTMLFormElement;
  if (form.dataset.action === 'log-out') {
    event.preventDefault();
    void logOut(form.action);
  }
});

async function logOut(address: string): Promise<void> {
  const answer = await fetch(address, { method: 'POST' }).catch(() => null);
  if (answer?.ok) {
    location.assign(new URL('login', document.baseURI));
  } else {
    announce('Could not log out');
  }
}

// The server cannot know the visitor's time zone; a title is only read when it is pointed at.
document.addEventListener('pointerover', event => {
  const time = (event.target as Element).closest<HTMLTimeElement>('time[datetime]');
  if (time) {
    time.title = new Date(time.dateTime).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'long' });
  }
});

function press(name: string, event: Event): void {
  const wanted = [...document.querySelectorAll<HTMLElement>('[data-shortcut]')]
    .find(element => element.dataset.shortcut === name && element.offsetParent !== null && !isDisabled(element));
  if (!wanted) {
    return;
  }
  event.preventDefault();
  if (wanted instanceof HTMLInputElement) {
    wanted.focus();
    wanted.select();
  } else {
    wanted.click();
  }
}

function isActivatable(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('button, a, summary, input');
}

function isDisabled(element: HTMLElement): boolean {
  return element.matches(':disabled');
}

function closeMenus(except: Element | null = null): void {
  for (const menu of document.querySelectorAll('details.menu[open]')) {
    if (menu !== except) {
      menu.removeAttribute('open');
    }
  }
}

/** Copies and says so beside the button. */
async function copy(button: HTMLElement, text: string): Promise<void> {
  const done = await copyText(text);
  button.dataset.copied = done ? 'yes' : 'no';
  announce(done ? 'Copied' : 'Could not copy');
  setTimeout(() => delete button.dataset.copied, 1500);
}

function announce(text: string): void {
  const line = document.getElementById('announcer');
  if (line) {
    line.textContent = text;
  }
}

const modal = document.getElementById('components-reconnect-modal');
if (modal) {
  watchCircuit(modal);
}
