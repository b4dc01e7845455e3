import { make } from '../dom';
import { visibleText } from '../visible-text';
import type { ViewState } from './view-state';

/** How many names of a zoomed path are written out; those between the first and the last ones are behind an ellipsis. */
const shownNames = 5;

/** Where the view stands: the zoomed path name by name, what was done to the tree, and a way back from each. */
export class Crumbs {
  readonly element = make('nav', { className: 'sv-crumbs', 'aria-label': 'Zoom and changes to the tree' });
  #shown = '';

  constructor(private readonly change: (change: Partial<ViewState>) => void) {}

  /** `missing` names of the path have not been seen yet. */
  draw(view: ViewState, path: readonly string[], missing: number): void {
    const shown = JSON.stringify([view.zoom, view.rest, view.shape, path, missing]);
    if (shown === this.#shown) {
      return;
    }
    this.#shown = shown;
    this.element.replaceChildren(...this.#zoom(view, path, missing), ...this.#changes(view));
  }

  #zoom(view: ViewState, path: readonly string[], missing: number): HTMLElement[] {
    if (view.zoom.length === 0 && view.rest === 0) {
      return [make('span', { className: 'sv-crumb sv-here' }, 'all')];
    }
    const crumbs = [this.#link('all', [])];
    const hidden = Math.max(0, path.length - shownNames);
    path.forEach((name, index) => {
      if (hidden === 0 || index === 0 || index > hidden) {
        crumbs.push(this.#link(name, view.zoom.slice(0, index + 1), index === path.length - 1 && view.rest === 0));
      } else if (index === 1) {
        crumbs.push(make('span', { className: 'sv-crumb', title: path.slice(1, hidden + 1).join('\n') }, `… ${hidden}`));
      }
    });
    if (view.rest > 0) {
      crumbs.push(make('span', { className: 'sv-crumb sv-here' }, 'small ones'));
    }
    if (missing > 0) {
      crumbs.push(make('span', { className: 'sv-crumb sv-waiting', title: view.zoom.join('\n') },
        `waiting for ${missing} more ${missing === 1 ? 'frame' : 'frames'} of the link`));
    }
    return crumbs;
  }

  #link(name: string, zoom: readonly string[], isHere = false): HTMLElement {
    return isHere
      ? make('span', { className: 'sv-crumb sv-here', 'aria-current': 'location' }, visibleText(name))
      : make('button', { type: 'button', className: 'sv-crumb', onclick: () => this.change({ zoom, rest: 0 }) },
        visibleText(name));
  }

  #changes({ shape }: ViewState): HTMLElement[] {
    const without = (names: readonly string[], name: string) => names.filter(each => each !== name);
    const chips: HTMLElement[] = [];
    if (shape.focus !== null) {
      chips.push(this.#chip(`only through ${shape.focus}`, () => this.change({ shape: { ...shape, focus: null } })));
    }
    for (const name of shape.dropped) {
      chips.push(this.#chip(`without stacks through ${name}`, () =>
        this.change({ shape: { ...shape, dropped: without(shape.dropped, name) } })));
    }
    for (const name of shape.merged) {
      chips.push(this.#chip(`${name} merged into its callers`, () =>
        this.change({ shape: { ...shape, merged: without(shape.merged, name) } })));
    }
    for (const name of shape.recursion) {
      const what = name === '*' ? 'all recursion collapsed' : `recursion of ${name} collapsed`;
      chips.push(this.#chip(what, () => this.change({ shape: { ...shape, recursion: without(shape.recursion, name) } })));
    }
    return chips;
  }

  #chip(text: string, undo: () => void): HTMLElement {
    const label = visibleText(text);
    return make('span', { className: 'sv-chip' }, label,
      make('button', { type: 'button', title: 'Undo', 'aria-label': `Undo: ${label}`, onclick: undo }, '×'));
  }
}
