"""Exchange: specs to and from the workbooks others know, and terminology of a new release."""

from __future__ import annotations

from tecdata.exchange.ct_release import Release, read_release
from tecdata.exchange.ct_update import Change, compare_terminology, update_terminology
from tecdata.exchange.mapping_workbook import export_mapping
from tecdata.exchange.spec_export import export_spec
from tecdata.exchange.spec_import import ImportedSpec, import_spec, write_spec

__all__ = [
    "Change",
    "ImportedSpec",
    "Release",
    "compare_terminology",
    "export_mapping",
    "export_spec",
    "import_spec",
    "read_release",
    "update_terminology",
    "write_spec",
]
