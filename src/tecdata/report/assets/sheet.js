// A source row with the cells that count in it marked; `data` holds the rows.
const mostColumns = 40;

const where = (centre, file, sheet, cell) =>
  [centre, file, sheet && `sheet '${sheet}'`, cell].filter(Boolean).join(', ');

// One table for all marked cells of one row; a bar of dots stands for columns that are left out.
const sheetOf = (table, rowNumber, hits, also) => {
  const facts = data.tables[table];
  const [all, contents] = data.rows[table][rowNumber];
  // A wide row shows its first columns and those beside the marked ones.
  const places = [...hits, ...also].map((position) => all.indexOf(position));
  const shown = all.map((_, n) => n).filter((n) => all.length <= mostColumns || n < 4 || places.some((p) => Math.abs(p - n) <= 8));
  const positions = shown.map((n) => all[n]);
  const texts = shown.map((n) => contents[n]);
  const head = make('tr', {}, make('th', { scope: 'col', class: 'gutter' }, facts.kind));
  const line = make('tr', {}, make('th', { scope: 'row', class: 'gutter' }, String(rowNumber)));
  let before = -1;
  const cut = () => {
    head.append(make('th', { class: 'cut' }, '…'));
    line.append(make('td', { class: 'cut' }, '…'));
  };
  positions.forEach((position, n) => {
    if (position > before + 1) cut();
    before = position;
    const [letter, name, unit] = facts.columns[position];
    const hit = hits.has(position);
    const other = !hit && also.has(position);
    const th = make('th', { scope: 'col', class: hit ? 'hit' : undefined });
    if (letter) th.append(make('span', { class: 'letter' }, letter));
    th.append(name);
    if (unit) th.append(make('span', { class: 'unit' }, unit));
    const td = make('td', { class: hit ? 'hit' : other ? 'also' : undefined }, texts[n]);
    if (hit || other) td.append(make('span', { class: 'unseen' }, hit ? ' (the cell in question)' : ' (a further cell)'));
    head.append(th);
    line.append(td);
  });
  if (before < facts.width - 1) cut();
  const place = where('', facts.file, facts.sheet, `${facts.kind} ${rowNumber}`);
  const framed = make('div', { class: 'sheet', tabindex: '0', role: 'group', 'aria-label': `Source row: ${place}` });
  framed.append(make('table', { 'aria-label': place }, make('thead', {}, head), make('tbody', {}, line)));
  return make('div', {}, make('p', { class: 'place-said' }, place), framed);
};
