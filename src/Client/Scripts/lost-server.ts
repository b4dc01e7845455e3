// What a page does when its circuit breaks. A circuit that is merely interrupted comes back by itself; one that the
// server rejects is gone for good. Then most pages reload, since all that matters is in their address; a page with
// numbers does not, since they may be nowhere else any more.
const root = document.documentElement;
const trying = 'components-reconnect-show';
let lostAt = 0;
let timer = 0;

/** Follows Blazor's own element: its classes tell what became of the circuit. */
export function watchCircuit(modal: HTMLElement): void {
  new MutationObserver(() => follow(modal)).observe(modal, { attributeFilter: ['class'] });
}

function follow(modal: HTMLElement): void {
  const isTrying = modal.classList.contains(trying) || modal.classList.contains('components-reconnect-retrying');
  if (isTrying && timer === 0) {
    lostAt = Date.now();
    tick();
    timer = window.setInterval(tick, 1000);
  } else if (!isTrying) {
    clearInterval(timer);
    timer = 0;
  }
  if (modal.classList.contains('components-reconnect-rejected')) {
    rejected();
  }
}

function tick(): void {
  const place = document.getElementById('reconnect-seconds');
  if (place) {
    place.textContent = String(Math.round((Date.now() - lostAt) / 1000));
  }
}

function rejected(): void {
  if (!document.querySelector('.count-table, .stack-view, .row-table')) {
    location.reload();
  } else if (root.dataset.circuit !== 'lost') {
    root.dataset.circuit = 'lost';
    // Blazor would follow these within the circuit that is gone; so the browser does.
    window.addEventListener('click', event => {
      if ((event.target as Element).closest('a[href]')) {
        event.stopPropagation();
      }
    }, { capture: true });
    for (const button of document.querySelectorAll<HTMLButtonElement>('.actions button:not([data-copy])')) {
      button.disabled = true;
    }
  }
}
