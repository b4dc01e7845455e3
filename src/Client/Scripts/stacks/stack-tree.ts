import { make } from '../dom';
import type { Point } from '../popup';
import type { Scene } from './scene';
import { TreeRowView } from './tree-row-view';
import { findTyped, pageOfChildren, treeRows, type TreeRow } from './tree-rows';

/** Rows more than this are not put into the page; the pages of children keep it far below. */
const mostRows = 2000;
const typingPause = 700;

/** The same tree as the graph, as rows to walk through: for keyboards, for screen readers, and for reading numbers. */
export class StackTree {
  readonly element: HTMLElement;
  readonly #grid = make('div', { role: 'treegrid', className: 'st', 'aria-label': 'Stacks as a tree', 'aria-colcount': '4' });
  readonly #note = make('p', { className: 'sv-note' },
    '→ opens, ← closes, Enter zooms, letters search, * opens all siblings, Shift+F10 opens the menu');
  readonly #views = new Map<number, TreeRowView>();
  readonly #expanded = new Set<number>();
  readonly #shown = new Map<number, number>();
  #rows: TreeRow[] = [];
  #scene: Scene | null = null;
  /** The row that Tab comes to. */
  #current = 0;
  /** Whether the user has opened or closed anything; until then the hottest way is kept open. */
  #touched = false;
  #revealed: number | null = null;
  #typed = '';
  #typedAt = 0;

  constructor(
    private readonly zoom: (node: number) => void,
    private readonly menu: (node: number, at: Point) => void,
  ) {
    const header = make('div', { role: 'row', className: 'st-row st-head' },
      ...['Function', 'Events', 'Of all', 'Self'].map(label => make('span', { role: 'columnheader' }, label)));
    this.#grid.append(header);
    this.element = make('div', { className: 'sv-tree' }, this.#grid, this.#note);
    this.#grid.addEventListener('keydown', event => this.#key(event));
    this.#grid.addEventListener('click', event => this.#click(event));
    this.#grid.addEventListener('contextmenu', event => this.#openMenu(event));
  }

  draw(scene: Scene): void {
    const before = this.#scene;
    this.#scene = scene;
    if (before?.tree !== scene.tree) {
      this.#moveTo(scene, before);
    }
    const top = scene.zoom.node;
    if (!this.#touched || before?.zoom.node !== top) {
      this.#expandHottest(top);
    }
    const revealed = this.#revealed;
    this.#revealed = null;
    if (revealed !== null) {
      this.#openWayTo(revealed);
    }
    this.#rows = treeRows(scene.tree, scene.totals.total, top, this.#expanded, this.#shown).slice(0, mostRows);
    if (!this.#rows.some(row => row.id === this.#current)) {
      this.#current = this.#rows[0]!.id;
    }
    this.#place();
    if (revealed !== null) {
      this.#views.get(revealed)?.element.scrollIntoView({ block: 'nearest' });
    }
  }

  /** The next drawing opens the way to a node, and brings it into sight. */
  reveal(node: number): void {
    this.#revealed = node;
  }

  #openWayTo(node: number): void {
    const { tree, totals: { total } } = this.#scene!; // asked for by a drawing
    this.#touched = true;
    this.#current = node;
    for (let child = node, at = tree.parents.at(node); at >= 0; child = at, at = tree.parents.at(at)) {
      const place = [...tree.childrenOf(at)].filter(each => total[each]! >= total[child]!).length;
      this.#expanded.add(at);
      this.#shown.set(at, Math.max(this.#shown.get(at) ?? pageOfChildren, place));
    }
  }

  /** At first the way of most events is open, as far as one child has most of its parent. */
  #expandHottest(top: number): void {
    const { tree, totals: { total } } = this.#scene!;
    for (let node = top, next = -1; node !== next;) {
      this.#expanded.add(node);
      next = node;
      for (const child of tree.childrenOf(node)) {
        if (total[child]! > total[node]! / 2) {
          node = child;
          break;
        }
      }
    }
  }

  /** Another tree has other numbers for the same paths. */
  #moveTo({ tree }: Scene, before: Scene | null): void {
    const move = (node: number) => {
      const path = before!.tree.path(node);
      const { node: moved, found } = tree.resolve(path);
      return found === path.length ? moved : null;
    };
    const expanded = before ? [...this.#expanded].map(move).filter(node => node !== null) : [];
    this.#current = before && this.#current >= 0 ? move(this.#current) ?? 0 : 0;
    this.#expanded.clear();
    this.#shown.clear();
    expanded.forEach(node => this.#expanded.add(node));
    this.#views.forEach(view => view.element.remove());
    this.#views.clear();
  }

  #place(): void {
    const wanted = new Set(this.#rows.map(row => row.id));
    for (const [id, view] of this.#views) {
      if (!wanted.has(id)) {
        view.element.remove();
        this.#views.delete(id);
      }
    }
    this.#grid.setAttribute('aria-rowcount', String(this.#rows.length + 1));
    let before: Element = this.#grid.firstElementChild!; // the header
    this.#rows.forEach((row, index) => {
      const view = this.#viewOf(row);
      view.show(row, this.#scene!, index, row.id === this.#current);
      if (before.nextElementSibling !== view.element) {
        const hadFocus = view.element === document.activeElement;
        before.after(view.element);
        if (hadFocus) view.element.focus({ preventScroll: true });
      }
      before = view.element;
    });
  }

  #viewOf(row: TreeRow): TreeRowView {
    const known = this.#views.get(row.id);
    const view = known ?? new TreeRowView(row.id);
    this.#views.set(row.id, view);
    return view;
  }

  #click(event: MouseEvent): void {
    const row = this.#rowAt(event.target as Element);
    if (row) {
      this.#focus(row);
      const isOnMark = (event.target as Element).closest('.st-mark') !== null;
      if (row.more > 0 || isOnMark || event.detail === 2) {
        this.#toggle(row);
      }
    }
  }

  #openMenu(event: MouseEvent): void {
    const row = this.#rowAt(event.target as Element);
    if (row && row.more === 0) {
      event.preventDefault();
      this.menu(row.node, { x: event.clientX, y: event.clientY });
    }
  }

  #rowAt(target: Element): TreeRow | undefined {
    const id = target.closest<HTMLElement>('[data-row]')?.dataset.row;
    return this.#rows.find(row => String(row.id) === id);
  }

  #toggle(row: TreeRow): void {
    this.#touched = true;
    if (row.more > 0) {
      this.#shown.set(row.node, (this.#shown.get(row.node) ?? pageOfChildren) + 4 * pageOfChildren);
    } else if (!this.#expanded.delete(row.node)) {
      this.#expanded.add(row.node);
    }
    this.draw(this.#scene!);
  }

  #focus(row: TreeRow | undefined): void {
    if (!row) {
      return;
    }
    const last = this.#views.get(this.#current)?.element;
    if (last) last.tabIndex = -1;
    this.#current = row.id;
    const { element } = this.#views.get(row.id)!;
    element.tabIndex = 0;
    element.focus();
  }

  #key(event: KeyboardEvent): void {
    const at = this.#rows.findIndex(row => row.id === this.#current);
    const row = this.#rows[at];
    if (!row || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (this.#walk(event, at, row) || this.#act(event, row) || this.#type(event, at)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  #walk({ key }: KeyboardEvent, at: number, row: TreeRow): boolean {
    switch (key) {
      case 'ArrowDown': this.#focus(this.#rows[at + 1]); return true;
      case 'ArrowUp': this.#focus(this.#rows[at - 1]); return true;
      case 'PageDown': this.#focus(this.#rows[Math.min(this.#rows.length - 1, at + 10)]); return true;
      case 'PageUp': this.#focus(this.#rows[Math.max(0, at - 10)]); return true;
      case 'Home': this.#focus(this.#rows[0]); return true;
      case 'End': this.#focus(this.#rows.at(-1)); return true;
      case 'ArrowRight':
        if (row.expanded === false) this.#toggle(row);
        else if (row.expanded) this.#focus(this.#rows[at + 1]);
        return true;
      case 'ArrowLeft':
        if (row.expanded) this.#toggle(row);
        else this.#focus(this.#rows.slice(0, at).findLast(each => each.level < row.level));
        return true;
      default: return false;
    }
  }

  #act(event: KeyboardEvent, row: TreeRow): boolean {
    if (event.key === 'Enter') {
      if (row.more > 0) this.#toggle(row);
      else this.zoom(row.node);
    } else if (event.key === '*') {
      this.#touched = true;
      this.#rows.filter(each => each.level === row.level && each.expanded === false && this.#haveOneParent(each, row))
        .forEach(each => this.#expanded.add(each.node));
      this.draw(this.#scene!);
    } else if ((event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) && row.more === 0) {
      const { left, bottom } = this.#views.get(row.id)!.element.getBoundingClientRect();
      this.menu(row.node, { x: left + 24, y: bottom });
    } else {
      return false;
    }
    return true;
  }

  #haveOneParent(a: TreeRow, b: TreeRow): boolean {
    const { parents } = this.#scene!.tree;
    return parents.at(a.node) === parents.at(b.node);
  }

  /** Letters go to the next row that begins with them. */
  #type(event: KeyboardEvent, at: number): boolean {
    if (event.key.length !== 1 || event.key === ' ' || event.key === '/' || event.key === '?') {
      return false;
    }
    this.#typed = event.timeStamp - this.#typedAt < typingPause ? this.#typed + event.key : event.key;
    this.#typedAt = event.timeStamp;
    const { tree } = this.#scene!;
    const found = findTyped(this.#rows.map(row => (row.more > 0 ? '' : tree.label(row.node))), at, this.#typed);
    this.#focus(this.#rows[found]);
    return true;
  }
}
