"""``python -m tecdata.aside``: how :mod:`tecdata.aside.process` starts the second process."""

from tecdata.aside.child import serve

serve()
