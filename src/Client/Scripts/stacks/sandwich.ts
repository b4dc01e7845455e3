import { make, setText } from '../dom';
import { formatCount, formatShare } from '../format';
import { visibleText } from '../visible-text';
import { addUp, FlameTree } from './flame-tree';
import type { FrameActions } from './frame-actions';
import { GraphPanel } from './graph-panel';
import { SandwichLesson } from './sandwich-lesson';
import { share, type Scene } from './scene';
import type { Shape } from './shape';
import type { StackModel } from './stack-model';
import { sameShape } from './view-state';

/** Milliseconds that a drawing may spend on growing each of the trees. */
const growBudget = 4;

/** Everything around one function: who calls it, above, and what it calls, below. A click goes on to another function. */
export class Sandwich {
  readonly element: HTMLElement;
  readonly #title = make('h2', { className: 'sv-sandwich-title' });
  readonly #lesson: SandwichLesson;
  readonly #callers: Half;
  readonly #callees: Half;
  /** The function whose numbers are in the title. */
  #counted: string | null = null;

  constructor(model: StackModel, actions: FrameActions, pick: (name: string) => void) {
    this.#callers = new Half(model, actions, pick, true);
    this.#callees = new Half(model, actions, pick, false);
    this.#lesson = new SandwichLesson(pick);
    this.element = make('div', { className: 'sv-sandwich' },
      this.#title, this.#lesson.element, this.#callers.element, this.#callees.element);
  }

  /** False if not all of it is there yet; then draw again soon. */
  draw(scene: Scene): boolean {
    const { subject } = scene.view;
    this.#callers.element.hidden = this.#callees.element.hidden = subject === null;
    this.#lesson.element.hidden = subject !== null;
    if (subject === null) {
      setText(this.#title, 'Callers and callees of one function');
      this.#lesson.draw(scene);
      return true;
    }
    const [above, below] = [this.#callers.draw(scene, subject), this.#callees.draw(scene, subject)];
    this.#drawTitle(scene, subject, above && below);
    return above && below;
  }

  /** Numbers that are still being added up would be taken for the whole, so the last whole ones stay meanwhile. */
  #drawTitle(scene: Scene, subject: string, isComplete: boolean): void {
    if (isComplete) {
      const { total } = this.#callees;
      const ofAll = formatShare(share(total, scene.totals.total[0]!));
      setText(this.#title, `${visibleText(subject)} · ${formatCount(total)} events, ${ofAll} of all`);
      this.#counted = subject;
    } else if (this.#counted !== subject) {
      setText(this.#title, `${visibleText(subject)} · adding up…`);
    }
  }

  dispose(): void {
    this.#callers.dispose();
    this.#callees.dispose();
  }
}

/** A graph with the function at its edge. */
class Half {
  readonly element: HTMLElement;
  total = 0;
  readonly #panel: GraphPanel;
  #tree: FlameTree | null = null;

  constructor(
    private readonly model: StackModel, actions: FrameActions, pick: (name: string) => void,
    private readonly callers: boolean,
  ) {
    const label = callers ? 'Callers' : 'Callees';
    this.#panel = new GraphPanel(label, actions, (scene, box) => {
      const frame = scene.tree.frame(box.node);
      if (frame) {
        pick(frame.name);
      }
    });
    this.element = make('div', { className: 'sv-half' }, make('p', { className: 'sv-note' }, label), this.#panel.element);
  }

  draw(scene: Scene, subject: string): boolean {
    const tree = this.#treeOf({ ...scene.view.shape, group: 'none', focus: subject, callers: this.callers });
    const isComplete = tree.grow(performance.now() + growBudget);
    const totals = addUp(tree, scene.counts.counts);
    this.total = totals.total[0]!;
    const node = tree.firstChildren.at(0);
    this.#panel.draw({
      ...scene, tree, totals, zoom: { node, rest: 0 }, alone: true, found: null, comparison: null,
      view: { ...scene.view, icicle: !this.callers, shape: tree.shape },
    }, '');
    return isComplete;
  }

  dispose(): void {
    this.#panel.dispose();
  }

  #treeOf(shape: Shape): FlameTree {
    if (!this.#tree || !sameShape(this.#tree.shape, shape)) {
      this.#tree = new FlameTree(this.model.definitions, shape);
    }
    return this.#tree;
  }
}
