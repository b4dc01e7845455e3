// The script of an exported page: everything it shows is in the page itself, nothing is asked of any server.
import { make } from '../dom';
import '../page'; // shortcuts and copying
import type { Fold } from '../fold';
import { formatSeconds } from '../format';
import { visibleText } from '../visible-text';
import type { StackInfo } from './stack-fold';
import { StackModel } from './stack-model';
import { Workbench } from './workbench';

/** What stands in the element `flame-data`. */
interface FlameData {
  command: string;
  host: string;
  /** UTC, ISO 8601. */
  startedAt: string;
  startMs: number;
  endMs: number;
  stackInfo: StackInfo;
  fold: Fold;
}

const data = JSON.parse(document.getElementById('flame-data')?.textContent ?? '') as FlameData;
const model = new StackModel();
// The fold of a slice has the definitions of the whole, but begins where the slice does.
model.add({ ...data.fold, from: 0, to: Math.max(1, data.fold.to) });
model.ended = true;
model.whole.startMs = data.startMs;
model.whole.endMs = data.endMs;

const place = make('section', { className: 'stack-view', 'aria-label': 'Stacks' });
const started = new Date(Date.parse(data.startedAt) + data.startMs);
document.body.append(make('main', {},
  make('div', { className: 'session-head' },
    make('h1', { className: 'command' }, make('code', {}, visibleText(data.command)))),
  make('p', { className: 'note' },
    `${visibleText(data.host)}, ${started.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'long' })}, `
    + `${formatSeconds(data.endMs - data.startMs)} long`),
  place));
new Workbench(place, { model, info: data.stackInfo }).changed();
