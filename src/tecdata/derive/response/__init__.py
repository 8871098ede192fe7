"""Response: instruments, tiers by visit, relapse, and the time to each, by the rules of ``specs/response``.

The engine knows no disease. A rule is judged on a :class:`~tecdata.derive.response.panel.Panel` (all visits of all
subjects, numbers in whole millionths) and is met, not met, or undecided because something is missing.
"""
