// Loaded with d3-flame-graph, which at every update sets every attribute, style, text and listener of every box anew,
// and asks for transitions even where they are to take no time: three objects a box, whose effect comes a frame late, so
// that new boxes flash without width. Here a transition is the selection itself, and only what differs is written: an
// equal write would still cost the browser style, layout and paint. See docs/adr/0010.
import { selection } from 'd3-selection';

type Methods = Record<string, (this: Chain, ...args: unknown[]) => unknown>;

interface Chain {
  each(act: (this: Element & ElementCSSInlineStyle, ...args: unknown[]) => void): Chain;
}

const methods = selection.prototype as unknown as Methods;

function sameSelection(this: Chain): Chain {
  return this;
}

methods.transition = methods.duration = methods.ease = methods.delay = sameSelection;

/** Events are taken by the pane: what the library does on a click would not outlive the next data. */
methods.on = sameSelection;

/** Pixels: the place of a label, whose text is cut to the box already, is laid out again only when it changed by that much. */
const labelStep = 64;

function written({ localName }: Element, name: string, value: unknown): string {
  return localName === 'foreignObject' && name === 'width'
    ? String(Math.max(1, Math.floor(Number(value) / labelStep) * labelStep))
    : String(value ?? '');
}

function settingWhatDiffers(
  method: string, read: (element: Element & ElementCSSInlineStyle, name: string) => string | null,
  write: (element: Element & ElementCSSInlineStyle, name: string, value: string) => void,
): void {
  const original = methods[method]!; // d3-selection has it
  methods[method] = function (name, value, ...rest) {
    if (value === undefined || value === null || typeof name !== 'string') {
      return original.call(this, name, value, ...rest);
    }
    return this.each(function (...args) {
      const wanted = value instanceof Function ? value.apply(this, args) : value;
      const text = written(this, name, wanted);
      if (read(this, name) !== text) {
        write(this, name, text);
      }
    });
  };
}

/** Attributes that nothing is drawn from. */
function isIdle({ localName }: Element, name: string): boolean {
  return localName === 'g' && (name === 'width' || name === 'height' || name === 'name');
}

settingWhatDiffers(
  'attr', (element, name) => element.getAttribute(name), (element, name, value) => {
    if (!isIdle(element, name)) {
      element.setAttribute(name, value);
    }
  });
settingWhatDiffers(
  'style', ({ style }, name) => style.getPropertyValue(name), ({ style }, name, value) => style.setProperty(name, value));

methods.text = function (value) {
  return this.each(function (...args) {
    const text = String(value instanceof Function ? value.apply(this, args) : value);
    if (this.textContent !== text) {
      this.textContent = text;
    }
  });
};
