import { make } from '../dom';
import { formatShare } from '../format';
import { visibleText } from '../visible-text';
import { functionTotals } from './function-totals';
import { share, type Scene } from './scene';

/** How many functions are offered to begin with. */
const offered = 3;

/** What stands in the sandwich before a function is chosen: what it is for, and the ways to choose one. */
export class SandwichLesson {
  readonly element: HTMLElement;
  readonly #hottest = make('p', { className: 'sv-hottest' });
  #shown = '';

  constructor(private readonly pick: (name: string) => void) {
    const key = (name: string) => make('kbd', {}, name);
    this.element = make('div', { className: 'sv-lesson' },
      make('p', {}, 'All stacks through a function in one picture: above, who calls it; below, what it calls; from wherever in '
        + 'the graph it is called.'),
      make('ul', {},
        make('li', {}, 'Here: click on a function in the table.'),
        make('li', {}, 'In the graph: point at a frame and press ', key('s'), ', or right-click it and choose “Callers and callees”.'),
        make('li', {}, 'By keys alone: go to a frame with the arrow keys, then ', key('s'), '.'),
        make('li', {}, 'Then click on a caller or a callee to go on to it.')),
      this.#hottest);
  }

  draw(scene: Scene): void {
    const hottest = hottestOf(scene);
    const shown = JSON.stringify(hottest);
    if (shown === this.#shown) {
      return;
    }
    this.#shown = shown;
    this.#hottest.hidden = hottest.length === 0;
    this.#hottest.replaceChildren('Most events end in ', ...hottest.map(({ name, part }) => make('button', {
      type: 'button', className: 'small', onclick: () => this.pick(name),
    }, `${visibleText(name)} ${part}`)));
  }
}

function hottestOf({ tree, totals }: Scene): { name: string; part: string }[] {
  const { self } = functionTotals(tree, totals, 0);
  const { nameTexts } = tree.definitions;
  const names = [...self.keys()].filter(name => self[name]! > 0).sort((a, b) => self[b]! - self[a]! || a - b);
  return names.slice(0, offered).map(name => ({
    name: nameTexts[name]!, part: formatShare(share(self[name]!, totals.total[0]!)),
  }));
}
