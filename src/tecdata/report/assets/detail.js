// The chosen finding: what is wrong, the source row with the cell marked, what to do.
const detail = byId('detail');
const fact = (name, text) => (text ? [make('div', {}, make('dt', {}, name), make('dd', {}, text))] : []);

const sheets = (i) => {
  const rows = new Map();
  const note = ([table, number, column], kind) => {
    if (table === undefined) return;
    const key = `${table}:${number}`;
    if (!rows.has(key)) rows.set(key, { table, number, hits: new Set(), also: new Set() });
    if (column !== null) rows.get(key)[kind].add(column);
  };
  note(data.places[i], 'hits');
  for (const [, , , , , ...place] of data.more[i] ?? []) note(place, 'also');
  return [...rows.values()].map((r) => sheetOf(r.table, r.number, r.hits, r.also));
};

const quoted = (text) => JSON.stringify(text);

// An entry of the study's waiver file: reason, person and day are for a person to fill in.
const waiver = (i) => [
  'waivers:',
  `  - check: ${get('check', i)}`,
  ...['centre', 'usubjid', 'variable', 'record'].filter((f) => get(f, i)).map((f) => `    ${f}: ${quoted(get(f, i))}`),
  '    reason: ""',
  '    by: ""',
  '    on: ""',
].join('\n');

const steps = (i) => {
  const [status, centre, place] = [get('status', i), get('centre', i), where('', get('file', i), get('sheet', i), get('cell', i))];
  const told = [];
  if (status === 'not_run') return ['Remove the reason given above and run again; until then this check has not passed.'];
  if (status !== 'failed') return told;
  if (place && centre) told.push(`Have centre ${centre} compare ${place} with the patient's record and mend it; the question is in the centre's query workbook${get('query', i) ? ` under ${get('query', i)}` : ''}.`);
  else if (place) told.push(`Compare ${place} with the patient's record and mend it.`);
  if (get('severity', i) === 'notice') told.unshift('Nothing has to be mended; this is for the record.');
  told.push('When the next delivery is in, run again: the finding goes, or is still open.');
  return told;
};

const explain = (i) => {
  const [reason, reference] = data.checks[get('check', i)] ?? ['', ''];
  return [...fact('Why', reason), ...fact('Reference', reference)];
};

const show = (i) => {
  const severity = get('severity', i);
  const status = get('status', i);
  const title = make('h3', { tabindex: '-1' }, icon(status === 'passed' || status === 'not_run' ? status : severity),
    make('span', {}, `${severity}${status === 'failed' ? '' : `, ${statusWords[status] ?? status}`}`), make('code', {}, get('check', i)));
  const close = make('button', { type: 'button', class: 'close' }, 'Close');
  close.addEventListener('click', () => shut());
  const seq = data.seq[i] === undefined ? '' : String(data.seq[i]);
  const parts = [title, close, make('p', { class: 'said' }, get('message', i)),
    make('dl', { class: 'facts' },
      ...fact('Centre', get('centre', i)), ...fact('Subject', get('usubjid', i)),
      ...fact('Domain', get('domain', i)), ...fact('Variable', get('variable', i)),
      ...fact('Value', get('value', i)), ...fact('Record', get('record', i)), ...fact('Sequence', seq),
      ...fact('Query', [get('query', i), get('state', i)].filter(Boolean).join(', ')), ...explain(i))];
  const rows = sheets(i);
  const more = data.more[i] ?? [];
  if (get('file', i)) {
    parts.push(make('h4', {}, rows.length > 1 ? 'Source rows' : 'Source row'), ...rows);
    const place = where(get('centre', i), get('file', i), get('sheet', i), get('cell', i));
    if (!rows.length) parts.push(make('p', { class: 'key' }, `${place}: not among the rows read as data (a heading, a skipped row, or the table as a whole), so there is no row to show.`));
  }
  if (more.length) {
    parts.push(make('h4', {}, 'Further cells'), make('ul', {}, ...more.map(([file, sheet, cell, variable, value]) =>
      make('li', {}, `${where('', file, sheet, cell)}: ${[variable, value].filter(Boolean).join(' = ')}`))));
  }
  const told = steps(i);
  if (told.length) parts.push(make('h4', {}, 'What to do'), make('ol', { class: 'steps' }, ...told.map((s) => make('li', {}, s))));
  if (status === 'failed' && severity !== 'notice') {
    parts.push(make('details', {}, make('summary', {}, 'Is the value right as it stands? Accept it in waivers.yaml'), make('pre', {}, waiver(i))));
  }
  detail.replaceChildren(...parts);
  detail.className = severity;
  detail.hidden = false;
  scroller.classList.add('split');
  opened = i;
  for (const hit of detail.querySelectorAll('.sheet td.hit')) {
    const frame = hit.closest('.sheet');
    // As far as it takes to see the cell and some of what is beside it, and no further.
    frame.scrollLeft = Math.max(0, hit.offsetLeft + hit.offsetWidth + 48 - frame.clientWidth);
  }
};

const open = (place, { focus }) => {
  const first = detail.hidden;
  at = place;
  show(view[place]);
  moveTo(place);
  if (first) byId('shown').scrollIntoView({ block: 'start' });
  if (focus) detail.querySelector('h3').focus({ preventScroll: true });
};

const shut = () => {
  detail.hidden = true;
  scroller.classList.remove('split');
  opened = -1;
  draw();
  grid.focus({ preventScroll: true });
};
