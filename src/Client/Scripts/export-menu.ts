// What the export menu exports: the stretch of time that is chosen on the page, if one is, or the whole session. The
// menu is Blazor's, the stretch is the time strip's: it is read when the menu opens, and goes no other way.

document.addEventListener('toggle', event => {
  const menu = (event.target as Element).closest<HTMLDetailsElement>('details[data-export]');
  if (menu?.open) {
    offer(menu);
  }
}, { capture: true }); // it does not bubble

document.addEventListener('change', event => {
  const menu = (event.target as Element).closest<HTMLElement>('details[data-export]');
  if (menu) {
    direct(menu);
  }
});

function offer(menu: HTMLElement): void {
  const range = chosen();
  part(menu, '[data-scope-note]').hidden = range !== null;
  part(menu, '[data-scope]').hidden = range === null;
  part<HTMLInputElement>(menu, '[value=range]').checked = true;
  part(menu, '[data-scope-range]').textContent = range ? `Range ${range.words || 'chosen on the page'}` : '';
  direct(menu);
}

/** Makes the links lead to what is chosen in the menu. */
function direct(menu: HTMLElement): void {
  const range = part<HTMLInputElement>(menu, '[value=range]').checked ? chosen() : null;
  for (const link of menu.querySelectorAll('a')) {
    const address = new URL(link.href);
    for (const side of ['from', 'to'] as const) {
      if (range) address.searchParams.set(side, range[side]);
      else address.searchParams.delete(side);
    }
    link.href = address.href;
  }
}

function chosen(): { from: string; to: string; words: string } | null {
  const { ticks = '', range = '' } = document.querySelector<HTMLElement>('.ts')?.dataset ?? {};
  const [from, to] = ticks.split('-');
  return from && to ? { from, to, words: range } : null;
}

/** The component has it. */
function part<T extends HTMLElement>(menu: HTMLElement, selector: string): T {
  return menu.querySelector<T>(selector)!;
}
