"""``python -m tecdata``: the same as the command ``tecdata``."""

from tecdata.cli import main

main()
