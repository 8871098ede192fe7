// What stands behind a number: a drawer with its records, each with the source row it came from.
const data = JSON.parse(byId('evidence-data').textContent);
const get = (field, i) => data.columns[field].texts[data.columns[field].of[i]];
const drawer = byId('drawer');
const most = 100;
let opener = null;

const rowOf = (i) => {
  const [table, row, column] = data.places[i];
  if (table === undefined) {
    const place = where(get('centre', i), get('file', i), get('sheet', i), get('cell', i));
    return make('p', { class: 'key' }, place ? `${place}: there is no row of data to show.` : 'The record was derived; it has no cell of its own.');
  }
  return sheetOf(table, row, new Set(column === null ? [] : [column]), new Set());
};

const sourceButton = (i) => {
  const place = get('file', i) ? where('', get('file', i), get('sheet', i), get('cell', i)) : 'derived';
  return make('button', { type: 'button', class: 'source', 'data-source': String(i), 'aria-expanded': 'false' }, place);
};

const line = (i) => {
  const seq = data.seq[i] === null ? '' : ` ${data.seq[i]}`;
  const cells = [get('subject', i), `${get('domain', i)}${seq}`, get('what', i), get('value', i), get('date', i)];
  const tr = make('tr', {}, ...cells.map((text) => make('td', {}, text)));
  tr.append(make('td', {}, sourceButton(i)));
  return tr;
};

const toggle = (button) => {
  const tr = button.closest('tr');
  const opened = tr.nextElementSibling?.classList.contains('opened');
  if (opened) tr.nextElementSibling.remove();
  else tr.after(make('tr', { class: 'opened' }, make('td', { colspan: String(tr.children.length) }, rowOf(Number(button.dataset.source)))));
  button.setAttribute('aria-expanded', String(!opened));
};

const list = (records) => {
  const heads = ['Subject', 'Record', 'What', 'Value', 'Date', 'Source cell'];
  const body = make('tbody', {}, ...records.slice(0, most).map(line));
  const table = make('table', { class: 'records', 'aria-label': 'Records' },
    make('thead', {}, make('tr', {}, ...heads.map((h) => make('th', { scope: 'col' }, h)))), body);
  const parts = [make('div', { class: 'wide' }, table)];
  if (records.length > most) {
    const more = make('button', { type: 'button', class: 'more' }, `Show all ${count(records.length)} records`);
    more.addEventListener('click', () => { body.append(...records.slice(most).map(line)); more.remove(); });
    parts.push(more);
  }
  return parts;
};

const shut = () => {
  drawer.hidden = true;
  document.body.classList.remove('drawn');
  opener?.setAttribute('aria-expanded', 'false');
  opener?.focus({ preventScroll: true });
  opener = null;
};

const open = (button) => {
  opener?.setAttribute('aria-expanded', 'false');
  opener = button;
  button.setAttribute('aria-expanded', 'true');
  const records = data.numbers[Number(button.dataset.number)];
  const close = make('button', { type: 'button', class: 'close' }, 'Close');
  close.addEventListener('click', shut);
  const subjects = new Set(records.map((i) => get('subject', i))).size;
  const said = `${count(records.length)} record${records.length === 1 ? '' : 's'} of ${count(subjects)} subject${subjects === 1 ? '' : 's'}`;
  drawer.replaceChildren(make('h2', { tabindex: '-1', id: 'drawer-title' }, button.dataset.title), close, make('p', { class: 'said' }, said), ...list(records));
  drawer.hidden = false;
  document.body.classList.add('drawn');
  if (records.length === 1) toggle(drawer.querySelector('.source'));
  drawer.scrollTop = 0;
  // The number stays in sight above the drawer.
  const hidden = button.getBoundingClientRect().bottom + 12 - drawer.getBoundingClientRect().top;
  if (hidden > 0) scrollBy({ top: hidden, behavior: 'instant' });
  drawer.querySelector('h2').focus({ preventScroll: true });
};

document.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button?.dataset.number !== undefined) open(button);
  else if (button?.dataset.source !== undefined) toggle(button);
});
document.addEventListener('keydown', (event) => { if (event.key === 'Escape' && !drawer.hidden) shut(); });
// Paper cannot be unfolded: all is open while the page prints, and afterwards as it was.
addEventListener('beforeprint', () => { for (const d of document.querySelectorAll('main details:not([open])')) { d.open = true; d.dataset.folded = ''; } });
addEventListener('afterprint', () => { for (const d of document.querySelectorAll('main details[data-folded]')) { d.open = false; delete d.dataset.folded; } });
