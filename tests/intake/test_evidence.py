from __future__ import annotations

import pytest

from tecdata.intake.evidence import date_patterns, decimal_evidence, frequent


@pytest.mark.parametrize(
    ("texts", "evidence"),
    [
        (["4,5", "<0,01", "-1,25"], {"comma": 3}),
        (["4.5", ">= 10.25"], {"point": 2}),
        (["1.280", "1,280"], {"open": 2}),
        (["0.280"], {"point": 1}),
        (["1.299,99", "1'299.5", "12 345,6"], {"comma": 2, "point": 1}),
        (["7", "n.b.", "1:1.280", "03.04.2024", ""], {}),
    ],
)
def test_decimal_signs(texts: list[str], evidence: dict[str, int]) -> None:
    assert decimal_evidence(texts) == evidence


@pytest.mark.parametrize(
    ("texts", "patterns"),
    [
        (["03.04.2024", "3.4.24"], {"dd.mm.yy": 1, "dd.mm.yyyy": 1}),
        (["2024-04-03", "2024-04"], {"yyyy-mm": 1, "yyyy-mm-dd": 1}),
        (
            ["03.04.2024 09:30", "03.04.2024 9:30:05"],
            {"dd.mm.yyyy HH:MM": 1, "dd.mm.yyyy HH:MM:SS": 1},
        ),
        (["03/04/2024"], {"dd/mm/yyyy or mm/dd/yyyy": 1}),
        (["03/04/2024", "13/04/2024"], {"dd/mm/yyyy": 2}),
        (["03-04-24", "03-14-24"], {"mm-dd-yy": 2}),
        (["13/04/2024", "04/13/2024"], {"dd/mm/yyyy or mm/dd/yyyy": 2}),
        (["2019", "1998"], {}),
        (["03.04.2024", "2019"], {"dd.mm.yyyy": 1, "yyyy": 1}),
        (["4.5", "x", "12.2024"], {}),
    ],
)
def test_date_patterns(texts: list[str], patterns: dict[str, int]) -> None:
    assert date_patterns(texts) == patterns


def test_only_frequent_values_are_named() -> None:
    texts = ["m"] * 5 + ["w"] * 6 + ["d"] * 4
    assert frequent(texts, 5, 10) == (("w", 6), ("m", 5))
    assert frequent(texts, 5, 1) == (("w", 6),)
