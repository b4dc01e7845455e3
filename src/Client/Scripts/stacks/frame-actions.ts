import { copyText } from '../clipboard';
import { isFrame, type Box } from './flame-layout';
import type { MenuItem } from './frame-menu';
import type { Scene } from './scene';
import type { ViewState } from './view-state';

/** What can be done with a frame, from the menu and by keys: those of the Firefox Profiler where it has them. */
export class FrameActions {
  constructor(
    private readonly set: (change: Partial<ViewState>) => void, private readonly announce: (text: string) => void) {}

  /** Zooms to a box; a box of small frames is opened: first by zooming to their caller, then further and further. */
  open(scene: Scene, box: Box): void {
    const { tree, zoom } = scene;
    const isDeeper = box.merged.length > 0 && box.node === zoom.node;
    this.set({ zoom: tree.path(box.node), rest: isDeeper ? zoom.rest + 1 : 0 });
  }

  menu(scene: Scene, box: Box): MenuItem[] {
    const isMerged = box.merged.length > 0;
    const zoom: MenuItem = { label: isMerged ? 'Open' : 'Zoom to it', key: 'Enter', run: () => this.open(scene, box) };
    const name = isFrame(box) ? scene.tree.frame(box.node)?.name : undefined;
    return name === undefined ? [zoom, this.#copyStack(scene, box)] : [
      zoom,
      { label: 'Show only stacks through it', key: 'f', run: () => this.#run('f', scene, name) },
      { label: 'Collapse its recursion', key: 'r', run: () => this.#run('r', scene, name) },
      { label: 'Hide stacks through it', key: 'd', run: () => this.#run('d', scene, name) },
      { label: 'Merge it into its callers', key: 'm', run: () => this.#run('m', scene, name) },
      { label: 'Callers and callees', key: 's', run: () => this.#run('s', scene, name) },
      { label: 'Find it in the table', key: 't', run: () => this.#run('t', scene, name) },
      { label: 'Copy name', run: () => this.#copy(name) },
      this.#copyStack(scene, box),
    ];
  }

  /** What a key does to a frame; false if it means nothing. */
  key(key: string, scene: Scene, box: Box | null): boolean {
    const frame = box && isFrame(box) ? scene.tree.frame(box.node) : null;
    return frame ? this.#run(key, scene, frame.name) : key === 'r' && this.#run(key, scene, '*');
  }

  #run(key: string, { view: { shape } }: Scene, name: string): boolean {
    const adding = (names: readonly string[]) => [...names.filter(each => each !== name), name];
    switch (key) {
      case 'f': this.set({ shape: { ...shape, focus: name }, zoom: [], rest: 0 }); break;
      case 'r': this.set({ shape: { ...shape, recursion: adding(shape.recursion) } }); break;
      case 'd': this.set({ shape: { ...shape, dropped: adding(shape.dropped) } }); break;
      case 'm': this.set({ shape: { ...shape, merged: adding(shape.merged) } }); break;
      case 's': this.set({ subject: name, tab: 'sandwich' }); break;
      case 't': this.set({ subject: name, tab: 'table' }); break;
      default: return false;
    }
    return true;
  }

  #copyStack({ tree, totals }: Scene, box: Box): MenuItem {
    const stack = () => `${tree.path(box.node).join(';')} ${totals.total[box.node]}`;
    return { label: 'Copy stack (folded)', run: () => this.#copy(stack()) };
  }

  async #copy(text: string): Promise<void> {
    this.announce(await copyText(text) ? 'Copied' : 'Could not copy');
  }
}
