import { make, setText } from '../dom';
import { formatCount, formatShare } from '../format';
import type { Point } from '../popup';
import { visibleText } from '../visible-text';
import { FlameGraph, type FlameGraphEvents } from './flame-graph';
import { isFrame, type Box } from './flame-layout';
import type { FrameActions } from './frame-actions';
import { FrameMenu } from './frame-menu';
import { FrameTip } from './frame-tip';
import { factsOf, share, type Scene } from './scene';

/** A flame graph with what belongs to a frame of it: tooltip, menu, selection by keys. */
export class GraphPanel {
  readonly element: HTMLElement;
  readonly graph: FlameGraph;
  /** Hears of the box in hand: pointed at, or gone to by keys. */
  onSelect: (node: number) => void = () => {};
  readonly #tip = new FrameTip();
  readonly #menu = new FrameMenu();
  readonly #told = make('p', { className: 'visually-hidden', role: 'status' });
  readonly #empty = make('p', { className: 'ct-empty' });
  #scene: Scene | null = null;
  #pointed: { id: number; at: Point } | null = null;
  #selected: number | null = null;
  readonly #shift = (event: KeyboardEvent) => {
    if (event.key === 'Shift' && this.#tip.isShown) {
      this.#tip.hold(!this.#tip.isHeld);
      this.#point(null, { x: 0, y: 0 });
    }
  };

  /** `open` is what a click does to a box. */
  constructor(
    label: string, private readonly actions: FrameActions, private readonly open: (scene: Scene, box: Box) => void) {
    const events: FlameGraphEvents = {
      open: box => this.#open(box),
      point: (box, at) => this.#point(box, at),
      menu: (box, at) => this.#openMenu(box, at),
    };
    this.graph = new FlameGraph(events);
    this.graph.element.tabIndex = 0;
    this.graph.element.setAttribute('role', 'application');
    this.graph.element.setAttribute('aria-roledescription', 'flame graph');
    this.graph.element.setAttribute('aria-label',
      `${label}. Arrow keys go from frame to frame, Enter zooms, Shift+F10 opens the menu. The tree has the same as rows.`);
    this.element = make('div', { className: 'fg' },
      this.graph.element, this.#empty, this.#tip.element, this.#menu.element, this.#told);
    this.graph.element.addEventListener('keydown', event => this.#key(event));
    document.addEventListener('keydown', this.#shift);
  }

  /** The box that keys act on: the one pointed at, else the one gone to. */
  get inHand(): Box | null {
    const id = this.#pointed?.id ?? this.#selected;
    return id === null ? null : this.graph.boxOf(id);
  }

  get hasMenu(): boolean {
    return this.#menu.isOpen;
  }

  draw(scene: Scene, empty: string): void {
    if (this.#scene && this.#scene.tree !== scene.tree) {
      this.#moveTo(scene);
    }
    if (this.#scene?.zoom.node !== scene.zoom.node) {
      this.#pointed = null; // another box is there now, which the next move of the pointer tells
    }
    this.#scene = scene;
    this.graph.draw(scene);
    this.#empty.hidden = empty === '';
    setText(this.#empty, empty);
    this.#refreshTip();
  }

  select(node: number | null): void {
    this.#selected = node;
    this.graph.select(node);
  }

  /** The menu of a node, whether it is drawn or not. */
  openMenu(node: number, at: Point): void {
    this.#openMenu({ ...this.#zoomed(), id: node, node, name: this.#scene!.tree.label(node), merged: [] }, at);
  }

  dispose(): void {
    document.removeEventListener('keydown', this.#shift);
    this.graph.dispose();
    this.#menu.close(false);
  }

  /** Another tree has other numbers for the same paths. */
  #moveTo(scene: Scene): void {
    this.#pointed = null;
    const path = this.#selected !== null && this.#selected >= 0 ? this.#scene!.tree.path(this.#selected) : [];
    const { node, found } = scene.tree.resolve(path);
    this.select(path.length > 0 && found === path.length ? node : null);
  }

  #open(box: Box): void {
    if (this.#tip.isHeld) {
      this.#tip.hide();
    }
    this.#selected = isFrame(box) ? box.id : null;
    this.open(this.#scene!, box);
  }

  #point(box: Box | null, at: Point): void {
    if (this.#tip.isHeld || this.hasMenu) {
      return;
    }
    this.#pointed = box && { id: box.id, at };
    this.#refreshTip();
  }

  #refreshTip(): void {
    const box = this.#pointed && this.graph.boxOf(this.#pointed.id);
    if (box && this.#pointed) {
      this.#tip.show(box.name, this.#facts(box), noteOn(box, this.#scene!), this.#pointed.at);
    } else if (!this.#tip.isHeld) {
      this.#tip.hide();
    }
  }

  #facts(box: Box): [string, string][] {
    const { totals } = this.#scene!;
    return isFrame(box) ? factsOf(this.#scene!, box.node) : [
      ...(box.delimiter ? [] : [['Frames', formatCount(box.merged.length)] satisfies [string, string]]),
      ['Events', formatCount(box.value)],
      ['Of all', formatShare(share(box.value, totals.total[0]!))],
    ];
  }

  #openMenu(box: Box, at: Point): void {
    this.#tip.hide();
    this.#menu.open(visibleText(box.name), this.actions.menu(this.#scene!, box), at);
  }

  #key(event: KeyboardEvent): void {
    const box = this.#selected === null ? null : this.graph.boxOf(this.#selected);
    if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      this.#openMenu(box ?? this.#zoomed(), this.#placeOf());
    } else if (event.key.startsWith('Arrow')) {
      this.#goTo(box ? this.graph.neighbour(box.id, event.key) ?? box : this.#zoomed());
    } else if (event.key === 'Home' || event.key === 'End') {
      this.#goTo(this.#zoomed());
    } else if (event.key === 'Enter' && box) {
      this.#open(box);
    } else {
      return;
    }
    event.preventDefault();
  }

  #goTo(box: Box): void {
    this.#pointed = null;
    this.#tip.hide();
    this.select(box.id);
    const { totals } = this.#scene!;
    const callees = box.children.length;
    setText(this.#told, `${visibleText(box.name)}, ${formatShare(share(box.value, totals.total[0]!))}, `
      + `${formatCount(box.value)} events, ${callees} ${callees === 1 ? 'child' : 'children'}`);
    if (isFrame(box)) {
      this.onSelect(box.node);
    }
  }

  /** A scene has been drawn whenever something is asked of it. */
  #zoomed(): Box {
    return this.graph.boxOf(this.#scene!.zoom.node) ?? this.graph.layout!.root;
  }

  #placeOf(): Point {
    const marked = this.graph.element.querySelector('[data-selected]') ?? this.graph.element;
    const { left, bottom } = marked.getBoundingClientRect();
    return { x: left, y: bottom };
  }
}

function noteOn(box: Box, { view }: Scene): string {
  if (box.delimiter) {
    return 'Between user and kernel frames (-d). Click: zoom to the frame before it';
  }
  if (box.merged.length > 0) {
    return 'Too narrow to be drawn one by one. Click to open.';
  }
  const { frames } = box.unseen;
  const what = `${view.shape.callers ? 'caller' : 'callee'}${frames === 1 ? ' is' : 's are'}`;
  const unseen = frames > 0 ? `${formatCount(frames)} more ${what} too narrow to be drawn. ` : '';
  return `${unseen}Click: zoom · right click: more · Shift: hold this`;
}
