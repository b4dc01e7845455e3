import flamegraph from 'd3-flame-graph';
import { select } from 'd3-selection';
import './quiet-selection';
import { make } from '../dom';
import type { Point } from '../popup';
import { drawnNodes, type DrawnNode } from './drawn-node';
import { changeColor, frameColor, hitColor, mergedColor, plainColor } from './frame-colors';
import { changeOf } from './change';
import { emptyBox, isFrame, WidthLimit, type Box, type Layout } from './flame-layout';
import type { Scene } from './scene';
import { SizeWatch } from './size-watch';

/** Pixels of a row. */
export const rowHeight = 20;

/** Pixels of the narrowest box with a label, as d3-flame-graph has it. */
const leastLabel = 35;

/** Pixels left free around a label. */
const labelPadding = 8;

/** More boxes than this take a browser longer to draw, twice a second, than a frame lasts. */
const mostLive = 400;

/** As many as a picture may have that no longer moves. */
const mostAtRest = 2000;

export interface FlameGraphEvents {
  /** A box was clicked, or Enter pressed on it. */
  open(box: Box): void;
  /** The pointer is over another box, or over none. */
  point(box: Box | null, at: Point): void;
  menu(box: Box, at: Point): void;
}

/**
 * A pane with the graph in it. d3-flame-graph draws; which boxes there are, what identifies them and where the zoom is
 * is decided here, because its own zoom, ids and search do not outlive new data (docs/adr/0010).
 */
export class FlameGraph {
  readonly element = make('div', { className: 'fg-pane', tabIndex: -1 });
  layout: Layout | null = null;
  readonly #holder = make('div');
  readonly #chart = flamegraph<Box>();
  readonly #live = new WidthLimit(mostLive);
  readonly #atRest = new WidthLimit(mostAtRest);
  #scene: Scene | null = null;
  #drawn: DrawnNode[] = [];
  readonly #size: SizeWatch;
  #height = 0;
  #icicle: boolean | null = null;
  #selected: number | null = null;

  constructor(private readonly events: FlameGraphEvents) {
    this.element.append(this.#holder);
    this.#size = new SizeWatch(this.element, () => this.#scene && this.draw(this.#scene));
    this.#chart
      .transitionDuration(0).cellHeight(rowHeight).sort(false).tooltip(noTip)
      .getName(node => fitting(node.data.name, (node as DrawnNode).width)).setColorMapper(node => this.#color(node.data));
    this.#listen();
  }

  draw(scene: Scene): void {
    this.#scene = scene;
    const { width } = this;
    const { height: least } = this.#size;
    const { tree, totals, zoom, view } = scene;
    const limit = scene.isLive ? this.#live : this.#atRest;
    this.layout = limit.layOut(tree, totals.total, { zoom, width, order: view.order, alone: scene.alone, delimited: scene.delimited });
    this.#begin();
    this.#drawn = drawnNodes(this.layout.root, { width });
    select(this.#holder).datum(this.#drawn[0]);
    const height = Math.max(this.layout.rows * rowHeight, least);
    this.#chart.width(width).height(height).inverted(view.icicle).update();
    this.#fit(height, view.icicle);
    this.#mark();
  }

  /** Marks a box as the one that keys act on. */
  select(id: number | null, scroll = true): void {
    this.#selected = id;
    const group = this.#mark();
    if (scroll && group) {
      group.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
  }

  /** Pixels that a frame of everything is wide. */
  get width(): number {
    return Math.max(100, this.#size.measure().width);
  }

  /** The drawn box of an id. */
  boxOf(id: number): Box | null {
    return this.#drawn.find(node => node.data.id === id)?.data ?? null;
  }

  /** The box to go to from another: in the direction of an arrow as it is seen. */
  neighbour(id: number, key: string): Box | null {
    const node = this.#drawn.find(each => each.data.id === id);
    const isDown = key === 'ArrowDown';
    const inward = this.#scene?.view.icicle ? isDown : !isDown;
    const siblings = node?.parent?.children ?? [];
    switch (key) {
      case 'ArrowLeft': return siblings[siblings.indexOf(node!) - 1]?.data ?? null;
      case 'ArrowRight': return siblings[siblings.indexOf(node!) + 1]?.data ?? null;
      default: return (inward ? widest(node?.children) : node?.parent)?.data ?? null;
    }
  }

  dispose(): void {
    this.#size.stop();
    this.#chart.destroy();
  }

  /** d3-flame-graph takes possession of an element once; from then on only the data change. */
  #begin(): void {
    if (!this.#holder.firstChild) {
      this.#chart(select<HTMLElement, unknown>(this.#holder).datum<unknown>(emptyBox(0, 0)));
      this.#holder.querySelector('svg')?.setAttribute('aria-hidden', 'true');
    }
  }

  /** A flame stands on the pane's floor: as it grows, what is in sight stays where it is. */
  #fit(height: number, icicle: boolean): void {
    if (height === this.#height && icicle === this.#icicle) {
      return;
    }
    const isTurned = icicle !== this.#icicle;
    this.#icicle = icicle;
    const { element } = this;
    const fromFloor = icicle ? 0 : this.#height - element.scrollTop;
    this.#holder.querySelector('svg')?.setAttribute('height', String(height));
    if (isTurned) {
      element.scrollTop = icicle ? 0 : height; // to where the stacks begin
    } else if (!icicle) {
      element.scrollTop = height - fromFloor;
    }
    this.#height = height;
  }

  #color(box: Box): string {
    const { tree, view, theme, found, comparison } = this.#scene!; // drawing begins with a scene
    const isMerged = box.merged.length > 0;
    if (found && (isMerged ? box.merged.some(node => found.below[node]! > 0) : isFrame(box) && found.hits[box.node])) {
      return hitColor(theme);
    }
    if (!isFrame(box)) {
      return mergedColor(theme);
    }
    if (comparison) {
      return changeColor(changeOf(comparison, box.node).tone, theme);
    }
    const frame = tree.frame(box.node);
    return frame ? frameColor(frame, view.colors, theme) : plainColor(theme);
  }

  /** After d3-flame-graph: the selected box is marked; where there is no room for a label there is no place for one. */
  #mark(): Element | null {
    let marked: Element | null = null;
    for (const group of this.#holder.querySelectorAll<SVGGElement & { __data__: DrawnNode }>('g.frame')) {
      const label = group.lastElementChild as SVGForeignObjectElement;
      label.classList.toggle('fg-unlabelled', group.__data__.width < leastLabel);
      const isSelected = this.#selected !== null && boxOf(group)?.id === this.#selected;
      if (isSelected) {
        group.setAttribute('data-selected', '');
        marked = group;
      } else if (group.hasAttribute('data-selected')) {
        group.removeAttribute('data-selected');
      }
    }
    return marked;
  }

  #listen(): void {
    const { element, events } = this;
    const at = ({ clientX, clientY }: MouseEvent) => ({ x: clientX, y: clientY });
    element.addEventListener('click', event => {
      const box = boxOf(event.target as Element);
      if (box) {
        events.open(box);
      }
    });
    element.addEventListener('pointermove', event => events.point(boxOf(event.target as Element), at(event)));
    element.addEventListener('pointerleave', event => events.point(null, at(event)));
    element.addEventListener('contextmenu', event => {
      const box = boxOf(event.target as Element);
      if (box) {
        event.preventDefault();
        events.menu(box, at(event));
      }
    });
  }
}

/** What d3-flame-graph asks of a tooltip; with one it makes no titles. Ours follows the pane's own events. */
const noTip = Object.assign(() => {}, { show() {}, hide() {}, destroy() {} });

/** The box that an element of the drawing belongs to. */
function boxOf(element: Element): Box | null {
  const group = element.closest<Element & { __data__?: DrawnNode }>('g.frame');
  return group?.__data__?.data ?? null;
}

/** As much of a name as has room: for a browser to find out is half of what it takes to lay out a graph. */
function fitting(name: string, width: number): string {
  const signs = Math.floor((width - labelPadding) / signWidth());
  const isPlain = /^[\x20-\x7e]*$/.test(name);
  const length = isPlain ? name.length : columnsOf(name);
  return length <= signs ? name : `${[...name].slice(0, Math.max(1, isPlain ? signs - 1 : signs >> 1)).join('')}…`;
}

/** Signs beyond the scripts of Europe may be twice as wide. */
function columnsOf(name: string): number {
  return [...name].reduce((sum, sign) => sum + (sign > '\u1100' ? 2 : 1), 0);
}

let measured = 0;

/** Pixels of a sign of a label's font, which is of even width. */
function signWidth(): number {
  if (measured === 0) {
    const context = document.createElement('canvas').getContext('2d')!; // every browser has it
    context.font = `12px ${getComputedStyle(document.documentElement).getPropertyValue('--mono') || 'monospace'}`;
    measured = context.measureText('0'.repeat(100)).width / 100 || 7.25;
  }
  return measured;
}

function widest(nodes: DrawnNode[] | undefined): DrawnNode | undefined {
  return nodes?.reduce((most, node) => (node.data.value > most.data.value ? node : most));
}
