"""Ways to cut a subject's truth into the rows and column groups of an export."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from tecdata.demo.model import History, Medication, Result, Subject

__all__ = [
    "event_links",
    "histories_of",
    "in_order",
    "listable",
    "results_by_start",
]


def in_order(subjects: Sequence[Subject], centre: str) -> list[Subject]:
    """The subjects by number; ``ValueError`` where one belongs to another centre."""
    strange = [s.local_id for s in subjects if s.centre != centre]
    if strange:
        raise ValueError(f"not subjects of {centre}: {', '.join(strange[:5])}")
    return sorted(subjects, key=lambda s: s.number)


def results_by_start(
    subject: Subject, wanted: Callable[[str], bool]
) -> list[tuple[str, dict[str, Result]]]:
    """Results of the wanted tests, one group a start, by test.

    A test repeated at the same start opens another group of that start, so none is lost.
    """
    groups: dict[tuple[str, int], dict[str, Result]] = {}
    for result in subject.results:
        if wanted(result.test):
            turn = 0
            while result.test in groups.get((result.start, turn), {}):
                turn += 1
            groups.setdefault((result.start, turn), {})[result.test] = result
    return [(start, groups[start, turn]) for start, turn in sorted(groups)]


def event_links(subject: Subject) -> dict[str, str]:
    """For each medication's key the keys of the events it was given for, comma separated."""
    links: dict[str, list[str]] = {}
    for event in subject.events:
        for key in event.treatments:
            links.setdefault(key, []).append(event.key)
    return {key: ", ".join(events) for key, events in links.items()}


def listable(item: Medication | History) -> bool:
    """Whether a bare word in a list of words holds all that is known of the item."""
    return (
        item.verbatim.strip() == item.verbatim
        and not _separates(item.verbatim)
        and not item.start
        and not _detailed(item)
    )


def _detailed(item: Medication | History) -> bool:
    if isinstance(item, History):
        return False
    return bool(
        item.end
        or item.ongoing
        or item.dose is not None
        or item.unit
        or item.frequency
        or item.route
        or item.indication
    )


def _separates(text: str) -> bool:
    depth = 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter in ",;" and not depth:
            return True
    return False


def histories_of(subject: Subject, categories: Collection[str]) -> list[History]:
    """Histories of some categories, in the order of the truth."""
    return [h for h in subject.histories if h.category in categories]
