// The squares of the completeness map: arrow keys go from one to the next, a line says what is missing.
const squares = byId('heat');
const heatSaid = byId('heat-said');

const tell = (td) => {
  const key = td.dataset.cell;
  const cut = key.lastIndexOf('|');
  const [present, expected, missing, undone] = heat.cells[key];
  const names = (list) => list.map((n) => heat.tests[n]).join(', ');
  const said = [`${key.slice(0, cut)}, ${heat.visits[key.slice(cut + 1)]}: ${present} of ${expected} expected results.`];
  if (missing.length) said.push(` Missing: ${names(missing)}.`);
  if (undone.length) said.push(` Declared as not done: ${names(undone)}.`);
  heatSaid.textContent = said.join('');
};

const squareBeside = (td, key) => {
  const step = { ArrowRight: 'nextElementSibling', ArrowLeft: 'previousElementSibling' }[key];
  let next = step ? td[step] : null;
  if (key === 'ArrowDown' || key === 'ArrowUp') {
    const line = key === 'ArrowDown' ? td.parentElement.nextElementSibling : td.parentElement.previousElementSibling;
    next = line?.cells[td.cellIndex];
  }
  return next?.dataset.cell ? next : null;
};

const startHeat = () => {
  if (!squares) return;
  let current = squares.querySelector('td[data-cell]');
  if (!current) return;
  current.tabIndex = 0;
  const go = (td) => {
    current.tabIndex = -1;
    current = td;
    td.tabIndex = 0;
    tell(td);
  };
  squares.addEventListener('click', (event) => {
    const td = event.target.closest('td[data-cell]');
    if (td) { go(td); td.focus(); }
  });
  squares.addEventListener('focusin', (event) => {
    const td = event.target.closest('td[data-cell]');
    if (td) go(td);
  });
  squares.addEventListener('mouseover', (event) => {
    const td = event.target.closest('td[data-cell]');
    if (td) tell(td);
  });
  squares.addEventListener('keydown', (event) => {
    const next = squareBeside(current, event.key);
    if (!next) return;
    event.preventDefault();
    go(next);
    next.focus();
  });
};
