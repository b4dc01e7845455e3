/** Called by the interop class: scrolls the text sideways, not the page, until its marked part is in the middle. */
export function reveal(fault: HTMLElement | null): void {
  const box = fault?.closest('pre');
  if (!fault || !box) {
    return; // a newer text has taken its place
  }
  const [part, whole] = [fault.getBoundingClientRect(), box.getBoundingClientRect()];
  box.scrollLeft += part.left - whole.left - Math.max(0, (box.clientWidth - part.width) / 2);
}
