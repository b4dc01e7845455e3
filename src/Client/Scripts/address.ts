/** Puts a view into the fragment of the page's address, in place of the one before. */
export function writeFragment(fragment: string): void {
  try {
    // The whole address: a fragment alone would be taken as one of the page's base.
    history.replaceState(history.state, '', location.pathname + location.search + (fragment && `#${fragment}`));
  } catch {
    // Some browsers allow no more than a hundred changes within half a minute; the next one tells it all.
  }
}
