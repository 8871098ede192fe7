"""``specs/submission.yaml``: what Define-XML and the reviewer's guides say beside the specs."""

from __future__ import annotations

from pydantic import Field

from tecdata.spec.condition import Conditions
from tecdata.spec.model import Model

__all__ = ["Explanation", "SubmissionSpec"]


class Explanation(Model):
    """Why the issues of a rule of CDISC CORE are false alarms.

    ``engine`` says in words what the engine tests, ``reason`` why that is no fault of the data.
    ``holds`` gives for each dataset what the record of an issue must fulfil for the reason to be true of
    it; an issue of another record or another dataset stays unexplained. Without ``holds`` the reason
    is about the rule itself.
    """

    engine: str
    reason: str
    holds: dict[str, Conditions] = Field(default_factory=dict)

    @property
    def text(self) -> str:
        """Reason and condition in one text, as reports have it."""
        return f"{self.reason} What the engine tests: {self.engine}"


class SubmissionSpec(Model):
    """Methods of derived SDTM variables, comments on datasets, decisions for the whole study.

    A key of ``methods`` is a variable (``RFSTDTC``) or, with ``--`` for the domain, one of many
    (``--SEQ``); the first goes before the second. ``comments`` are by dataset.
    ``loinc`` is the release of LOINC that the codes of the tests belong to. ``explanations`` say by rule of CDISC CORE why its issues are false alarms.
    """

    adamig: str = "1.3"
    loinc: str = ""
    methods: dict[str, str] = Field(default_factory=dict)
    comments: dict[str, str] = Field(default_factory=dict)
    decisions: tuple[str, ...] = ()
    explanations: dict[str, Explanation] = Field(default_factory=dict)

    def method_of(self, domain: str, variable: str) -> tuple[str, str]:
        """Key and text of the method of a variable; two empty texts where there is none.

        >>> spec = SubmissionSpec(methods={"--SEQ": "Number of the record"})
        >>> spec.method_of("LB", "LBSEQ")
        ('--SEQ', 'Number of the record')
        """
        wild = f"--{variable[2:]}" if variable.startswith(domain[:2]) else ""
        for key in (variable, wild):
            if key in self.methods:
                text = self.methods[key]
                return key, text.replace("--", domain) if len(domain) == 2 else text
        return "", ""
