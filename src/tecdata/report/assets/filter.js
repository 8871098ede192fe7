// Which findings are shown, and in which order.
const filters = { words: [], severities: new Set(), status: 'open', centre: null, domain: null, check: null, state: null };
const sorting = { key: null, down: false };
const searched = ['message', 'usubjid', 'variable', 'value', 'check', 'file', 'sheet', 'cell', 'record', 'query', 'centre', 'domain'];
let haystacks = null;

const haystack = (i) => {
  haystacks ??= new Array(data.count);
  haystacks[i] ??= searched.map((field) => get(field, i)).join('\n').toLowerCase();
  return haystacks[i];
};

const parent = (domain) => (domain.startsWith('SUPP') && domain.length > 4 ? domain.slice(4) : domain);

// The one text of a column that a filter wants, as its number: numbers compare faster than texts.
const wantedNumbers = (field, fits) => {
  const wanted = new Set();
  data.columns[field].texts.forEach((text, n) => { if (fits(text)) wanted.add(n); });
  return { of: data.columns[field].of, wanted };
};

const chosen = () => {
  const tests = [];
  const { status } = filters;
  if (status === 'open') tests.push(wantedNumbers('status', (s) => openStatuses.has(s)));
  else if (status) tests.push(wantedNumbers('status', (s) => s === status));
  if (filters.severities.size) tests.push(wantedNumbers('severity', (s) => filters.severities.has(s)));
  for (const field of ['centre', 'check', 'state']) {
    if (filters[field] !== null) tests.push(wantedNumbers(field, (s) => s === filters[field]));
  }
  if (filters.domain !== null) tests.push(wantedNumbers('domain', (s) => parent(s) === filters.domain));
  const found = [];
  for (let i = 0; i < data.count; i += 1) {
    if (tests.every((t) => t.wanted.has(t.of[i])) && filters.words.every((w) => haystack(i).includes(w))) found.push(i);
  }
  return sorted(found);
};

const collator = new Intl.Collator('en', { numeric: true });
const ranks = {};

// The rank of each distinct text of a column: sorting then compares whole numbers.
const rankOf = (key) => {
  if (ranks[key]) return ranks[key];
  const { texts } = data.columns[key];
  const order = texts.map((_, n) => n);
  if (key === 'severity') order.sort((a, b) => severities.indexOf(texts[a]) - severities.indexOf(texts[b]));
  else order.sort((a, b) => (texts[a] === '') - (texts[b] === '') || collator.compare(texts[a], texts[b]));
  const rank = new Uint32Array(texts.length);
  order.forEach((n, place) => { rank[n] = place; });
  ranks[key] = rank;
  return rank;
};

const sorted = (found) => {
  if (!sorting.key) return found;
  const keys = sorting.key === 'cell' ? ['file', 'sheet', 'cell'] : [sorting.key];
  const parts = keys.map((key) => [rankOf(key), data.columns[key].of]);
  const sign = sorting.down ? -1 : 1;
  return found.sort((a, b) => {
    for (const [rank, of] of parts) {
      const difference = rank[of[a]] - rank[of[b]];
      if (difference) return sign * difference;
    }
    return a - b;
  });
};
