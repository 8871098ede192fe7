// The table draws the rows in view and a few beyond; two empty rows stand for all the others.
const rowHeight = 58;
const beyond = 8;
const mostPrinted = 3000;
const grid = byId('grid');
const body = grid.tBodies[0];
const scroller = byId('scroller');
const keys = [...grid.querySelectorAll('thead button')].map((b) => b.dataset.sort);
let view = [];
let at = -1;
let opened = -1;
const drawn = new Map();
let printing = false;

const gapRow = () => make('tr', { class: 'gap', 'aria-hidden': 'true' }, make('td', { colspan: keys.length }));
const above = gapRow();
const below = gapRow();

const lines = (...children) => make('div', {}, ...children);
// Two lines, each cut off where it is too long.
const two = (first, second) => [first, second].filter((t) => t !== '').map((t, n) => make('div', { class: n || first === '' ? 'line minor' : 'line' }, t));
// Names break at their dots and underscores, not within a word.
const name = (text) => text.split(/(?<=[._])/).flatMap((p, n) => (n ? [make('wbr'), p] : [p]));
// The place is in a column of its own: the message need not begin with it.
const told = (i) => {
  const [message, file, cell] = [get('message', i), get('file', i), get('cell', i)];
  if (!file || !message.startsWith(file)) return message;
  const end = message.indexOf(': ', Math.max(file.length, message.indexOf(cell, file.length) + cell.length) - 1);
  return end < 0 ? message : message.slice(end + 2);
};
const statusWords = { passed_with_violations: 'with violations', not_run: 'not run', not_applicable: 'not applicable' };

const cells = {
  severity: (i) => {
    const status = get('status', i);
    const kind = status === 'passed' || status === 'not_run' ? status : get('severity', i);
    const word = status === 'failed' ? '' : statusWords[status] ?? status;
    return make('td', { class: 'sev' }, ...two(make('span', {}, icon(kind), get('severity', i)), word));
  },
  message: (i) => make('td', {}, lines(told(i))),
  value: (i) => make('td', { class: 'val' }, ...two(get('value', i), get('variable', i))),
  cell: (i) => make('td', {}, ...two(get('cell', i), [get('sheet', i), get('file', i)].filter(Boolean).join(', '))),
  check: (i) => make('td', {}, lines(...name(get('check', i)))),
  state: (i) => make('td', {}, ...two(get('state', i), get('query', i))),
};
const plain = (key) => (i) => make('td', {}, lines(get(key, i)));

const row = (place) => {
  const i = view[place];
  const made = make('tr', { id: `f${i}`, 'aria-rowindex': place + 2, 'aria-selected': i === opened ? 'true' : 'false' });
  made.dataset.place = place;
  made.append(...keys.map((key) => (cells[key] ?? plain(key))(i)));
  return made;
};

// Rows that stay in view stay where they are: a click is lost on a row that is taken away under it.
const patch = (first, last) => {
  for (const [place, tr] of drawn) {
    if (place < first || place >= last) {
      tr.remove();
      drawn.delete(place);
    }
  }
  let next = above.nextSibling;
  for (let place = first; place < last; place += 1) {
    const tr = drawn.get(place);
    if (tr) next = tr.nextSibling;
    else {
      const made = row(place);
      body.insertBefore(made, next);
      drawn.set(place, made);
    }
  }
};

const draw = () => {
  const head = grid.tHead.offsetHeight;
  let first = Math.max(0, Math.floor((scroller.scrollTop - head) / rowHeight) - beyond);
  let last = Math.min(view.length, Math.ceil((scroller.scrollTop + scroller.clientHeight) / rowHeight) + beyond);
  if (printing) [first, last] = [0, Math.min(view.length, mostPrinted)];
  above.firstChild.style.height = printing ? '0' : `${first * rowHeight}px`;
  below.firstChild.style.height = printing ? '0' : `${(view.length - last) * rowHeight}px`;
  patch(first, last);
  for (const [place, tr] of drawn) {
    tr.classList.toggle('at', place === at);
    tr.setAttribute('aria-selected', view[place] === opened ? 'true' : 'false');
  }
  const active = at >= 0 && drawn.has(at) ? `f${view[at]}` : '';
  if (active) grid.setAttribute('aria-activedescendant', active);
  else grid.removeAttribute('aria-activedescendant');
};

body.append(above, below);

let asked = false;
const drawSoon = () => {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => { asked = false; draw(); });
};

const say = () => {
  const open = data.columns.status.of.filter((n) => openStatuses.has(data.columns.status.texts[n])).length;
  const whole = filters.status === 'open' ? `${count(open)} to be seen to` : `${count(data.count)} findings`;
  byId('shown').textContent = `${count(view.length)} of ${whole}`;
  byId('none').hidden = view.length > 0;
  grid.setAttribute('aria-rowcount', view.length + 1);
};

const forget = () => {
  for (const tr of drawn.values()) tr.remove();
  drawn.clear();
};

const refresh = () => {
  const before = at >= 0 ? view[at] : -1;
  view = chosen();
  at = view.indexOf(before);
  forget();
  scroller.scrollTop = 0;
  say();
  draw();
};

const moveTo = (place) => {
  if (!view.length) return;
  at = Math.max(0, Math.min(view.length - 1, place));
  const head = grid.tHead.offsetHeight;
  const top = at * rowHeight;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top + rowHeight + head > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = top + rowHeight + head - scroller.clientHeight;
  draw();
};

const sortBy = (key) => {
  if (sorting.key !== key) Object.assign(sorting, { key, down: false });
  else if (!sorting.down) sorting.down = true;
  else Object.assign(sorting, { key: null, down: false });
  for (const button of grid.querySelectorAll('thead button')) {
    const own = button.dataset.sort === sorting.key;
    const said = own ? (sorting.down ? 'descending' : 'ascending') : 'none';
    button.parentElement.setAttribute('aria-sort', said);
  }
  refresh();
};
