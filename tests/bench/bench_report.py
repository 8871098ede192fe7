"""How long the HTML report takes to write and how quickly its table answers, by number of findings.

Run it: ``PYTHONPATH=. python tests/bench/bench_report.py``. The answers are those of a real Chromium, from
the key or click to the second frame drawn after it; ``nothing`` is two frames alone.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.browser.chromium import CHROMIUM, chromium_page
from tests.report.made_runs import many_findings

from tecdata.report import write_html

SIZES = (1_000, 10_000, 100_000)

ACTIONS = """(async () => {
  const frames = () => new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)));
  const took = {};
  const time = async (name, act) => {
    const begun = performance.now();
    act();
    await frames();
    took[name] = Math.round(performance.now() - begun);
  };
  const search = document.getElementById('search');
  const scroller = document.getElementById('scroller');
  const type = (text) => { search.value = text; search.dispatchEvent(new Event('input')); };
  await time('nothing', () => {});
  await time('first sort', () => document.querySelector('[data-sort=message]').click());
  await time('sort again', () => document.querySelector('[data-sort=message]').click());
  await time('first search', () => type('text 4'));
  await time('search again', () => type('text 42'));
  await time('reset', () => document.getElementById('reset').click());
  await time('filter', () => document.querySelector('[data-chip=warning]').click());
  await time('open a row', () => document.querySelector('#grid tr[data-place]').click());
  await time('scroll far', () => { scroller.scrollTop = scroller.scrollHeight / 2; });
  return took;
})()"""


def main() -> None:
    """Print seconds of writing, bytes, and milliseconds of each action."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size in SIZES:
            facts = many_findings(size)
            begun = time.perf_counter()
            write_html(facts, folder / "report.html")
            seconds = time.perf_counter() - begun
            megabytes = (folder / "report.html").stat().st_size / 1e6
            print(f"{size} findings: written in {seconds:.2f} s, {megabytes:.1f} MB")  # noqa: T201
            if CHROMIUM is None:
                continue
            with chromium_page(folder / f"profile-{size}") as page:
                begun = time.perf_counter()
                page.open(folder / "report.html")
                print(f"  opened in {time.perf_counter() - begun:.2f} s;", page.js(ACTIONS), "ms")  # noqa: T201


if __name__ == "__main__":
    main()
