"""Which tables of a centre can be mapped subject by subject, so that shares of them give the whole.

A rule reads one row and what is joined to it. If the rows of a subject stay together, and
lists that belong to nobody are at hand everywhere, a share of the subjects can be mapped by itself and
the shares together are the whole. Two things stand against it, and both are said before a file
is read: blocks that find the subjects of one table in different columns, and a join that reaches
over to another subject's rows.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tecdata.spec import CentreMapping
    from tecdata.spec.rules import Block, Join

__all__ = ["SharePlan", "share_plan"]

_ELSE = "or choose --engine polars or pandas"


@dataclasses.dataclass(slots=True)
class SharePlan:
    """How a centre's tables are shared out.

    ``subjects`` names, by table, the column that says whose a row is; ``copied`` are the tables that every
    share gets whole. ``problems`` are what stands against it: domain, and the problem by its path in the
    domain's file.
    """

    subjects: dict[str, str] = dataclasses.field(default_factory=dict)
    copied: tuple[str, ...] = ()
    problems: list[tuple[str, str]] = dataclasses.field(default_factory=list)


def share_plan(mapping: CentreMapping) -> SharePlan:
    """Find out from the mapping alone how its tables can be shared out by subject."""
    plan = SharePlan()
    blocks = list(_blocks(mapping))
    for code, path, block in blocks:
        known = plan.subjects.setdefault(block.from_, block.subject)
        if known != block.subject:
            problem = (
                f"{path}.subject: other blocks find the subjects of table '{block.from_}' in "
                f"'{known}', this one in '{block.subject}'; engine spark maps subject by "
                f"subject: name one column in all of them, {_ELSE}"
            )
            plan.problems.append((code, problem))
    own = set(plan.subjects)
    listed: set[str] = set()
    for code, path, block in blocks:
        for number, join in enumerate(block.join):
            problem = _join_problem(block, join, plan, own, listed)
            if problem:
                plan.problems.append((code, f"{path}.join[{number}]: {problem}, {_ELSE}"))
    plan.copied = tuple(name for name in mapping.source.tables if name not in plan.subjects)
    return plan


def _blocks(mapping: CentreMapping) -> Iterator[tuple[str, str, Block]]:
    for code, domain in sorted(mapping.domains.items()):
        for number, block in enumerate(domain.blocks):
            yield code, f"blocks[{number}]", block


def _join_problem(
    block: Block, join: Join, plan: SharePlan, own: set[str], listed: set[str]
) -> str:
    """What keeps a join from being made within a subject; "" where nothing does."""
    column = join.on.get(block.subject)
    if join.table in own:
        if column == plan.subjects[join.table]:
            return ""
        return (
            f"table '{join.table}' is mapped too and is joined by other columns than its subject "
            f"'{plan.subjects[join.table]}', so the row may be another subject's; engine spark maps "
            f"subject by subject: put {{{block.subject}: {plan.subjects[join.table]}}} into on"
        )
    if join.reference and join.table not in plan.subjects:
        listed.add(join.table)
        return ""
    known = plan.subjects.get(join.table, column)
    if column is not None and column == known and join.table not in listed:
        plan.subjects[join.table] = column
        return ""
    return (
        f"table '{join.table}' is joined by {', '.join(join.on.values())}, not by the subject; engine "
        f"spark maps subject by subject: put {block.subject} into on, or say reference: true of a "
        "list that belongs to nobody"
    )
