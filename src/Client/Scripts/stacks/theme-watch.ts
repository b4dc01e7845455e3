import type { Theme } from './frame-colors';

const system = matchMedia('(prefers-color-scheme: dark)');

/** The theme in use: chosen on the page, else the system's. */
export function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return { dark: chosen ? chosen === 'dark' : system.matches };
}

/** Calls back when the theme changes; the function returned ends that. */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  system.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    system.removeEventListener('change', changed);
  };
}
