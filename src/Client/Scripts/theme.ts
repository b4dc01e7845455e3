// Loaded in the head, before anything is drawn: a remembered choice of light or dark wins over the system's.
const key = 'theme';
const root = document.documentElement;

const remembered = localStorage.getItem(key);
if (remembered === 'light' || remembered === 'dark') {
  root.dataset.theme = remembered;
}

document.addEventListener('click', event => {
  if ((event.target as Element).closest('[data-action="toggle-theme"]')) {
    const isDark = root.dataset.theme
      ? root.dataset.theme === 'dark'
      : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = isDark ? 'light' : 'dark';
    localStorage.setItem(key, root.dataset.theme);
  }
});
