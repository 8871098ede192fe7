"""A second process of this program, for work that can go on beside the rest.

Unlike the one of :mod:`tecdata.sandbox` it is trusted: it gets Python objects, runs functions of
tecdata on them and gives back what they return. It pays for small studies, where most of the time
goes into importing libraries and into many small steps, none of which a thread would make faster.
Whoever submits work need not know whether it is there: without it, or where it dies, the same
function runs here. It knows nothing of the stages whose functions it runs.
"""

from tecdata.aside.process import Aside, Later, Shared, aside

__all__ = ["Aside", "Later", "Shared", "aside"]
