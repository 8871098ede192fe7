// What the keys, buttons and fields of the page do.
const fill = (field, name) => {
  const select = byId(`by-${field}`);
  if (!select) return;
  const found = new Map();
  for (const n of data.columns[field].of) {
    const text = field === 'domain' ? parent(data.columns.domain.texts[n]) : data.columns[field].texts[n];
    found.set(text, (found.get(text) ?? 0) + 1);
  }
  select.append(make('option', { value: 'all' }, `all`));
  for (const text of [...found.keys()].sort(collator.compare)) {
    select.append(make('option', { value: `=${text}` }, `${text || name} (${count(found.get(text))})`));
  }
  select.addEventListener('change', () => {
    filters[field] = select.value === 'all' ? null : select.value.slice(1);
    refresh();
  });
};

const setSelect = (field, value) => {
  const select = byId(`by-${field}`);
  filters[field] = value;
  if (select) select.value = value === null ? 'all' : `=${value}`;
};

const press = () => {
  for (const chip of document.querySelectorAll('.chip')) {
    chip.setAttribute('aria-pressed', String(filters.severities.has(chip.dataset.chip)));
  }
};

const clear = () => {
  byId('search').value = '';
  filters.words = [];
  filters.severities.clear();
  filters.status = 'open';
  byId('by-status').value = 'open';
  for (const field of ['centre', 'domain', 'check', 'state']) setSelect(field, null);
  press();
};

// From a number of the summary to the findings behind it.
const only = (change) => {
  clear();
  change();
  press();
  if (!detail.hidden) shut();
  refresh();
  byId('findings').scrollIntoView({ block: 'start' });
  grid.focus({ preventScroll: true });
};

const failed = () => { filters.status = 'failed'; byId('by-status').value = 'failed'; };

const startFilters = () => {
  fill('centre', 'no centre');
  fill('domain', 'files');
  fill('check', '');
  fill('state', 'no query');
  byId('by-status').addEventListener('change', (event) => { filters.status = event.target.value; refresh(); });
  byId('search').addEventListener('input', (event) => {
    filters.words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    refresh();
  });
  byId('reset').addEventListener('click', () => { clear(); Object.assign(sorting, { key: null, down: false }); refresh(); });
  document.addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    const { chip, severity, check, centre, domain, sort } = button.dataset;
    if (chip) {
      if (!filters.severities.delete(chip)) filters.severities.add(chip);
      press();
      refresh();
    } else if (severity) only(() => { failed(); filters.severities.add(severity); });
    else if (check) only(() => { failed(); setSelect('check', check); });
    else if (centre !== undefined) only(() => { failed(); setSelect('centre', centre); setSelect('domain', domain ?? null); });
    else if (sort) sortBy(sort);
  });
};

const page = () => Math.max(1, Math.floor(scroller.clientHeight / rowHeight) - 1);

const startTable = () => {
  scroller.addEventListener('scroll', drawSoon, { passive: true });
  addEventListener('resize', drawSoon);
  body.addEventListener('click', (event) => {
    const tr = event.target.closest('tr[data-place]');
    if (!tr) return;
    grid.focus({ preventScroll: true });
    open(Number(tr.dataset.place), { focus: false });
  });
  grid.addEventListener('focus', () => { if (at < 0) moveTo(0); });
  grid.addEventListener('keydown', (event) => {
    if (event.target !== grid) return;
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: page(), PageUp: -page(), Home: -Infinity, End: Infinity };
    if (event.key in steps) {
      moveTo(at + steps[event.key]);
      if (!detail.hidden && view.length) { show(view[at]); draw(); }
    } else if ((event.key === 'Enter' || event.key === ' ') && at >= 0) open(at, { focus: true });
    else if (event.key === 'Escape' && !detail.hidden) shut();
    else return;
    event.preventDefault();
  });
  detail.addEventListener('keydown', (event) => { if (event.key === 'Escape') shut(); });
  addEventListener('beforeprint', () => { printing = true; forget(); draw(); });
  addEventListener('afterprint', () => { printing = false; forget(); draw(); });
};

startFilters();
startTable();
startHeat();
refresh();
