// The findings as columns: each distinct text once, and for each finding which of them is its own.
const data = JSON.parse(document.getElementById('findings-data').textContent);
const heat = JSON.parse(document.getElementById('heat-data').textContent);
const severities = ['reject', 'error', 'warning', 'notice'];
const openStatuses = new Set(['failed', 'passed_with_violations', 'not_run']);

const get = (field, i) => data.columns[field].texts[data.columns[field].of[i]];
