"""Writes the mutants of all functions into ``mutants/``, with copies of the specs and tests, as ``mutmut run`` does first.

mutmut itself would go on to note which test calls what and keep the notes; those of functions that changed since were not
made anew (mutmut 3.8), so :mod:`tests.mutation.trial` takes its own. Results of functions that did not change are kept.
"""

from __future__ import annotations

import os
from pathlib import Path

from mutmut.__main__ import create_mutants
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir

if __name__ == "__main__":
    Path("mutants").mkdir(exist_ok=True)
    set_mutant_under_test("mutant_generation")
    copy_src_dir()
    copy_also_copy_files()
    create_mutants(os.cpu_count() or 1)
