"""Exchange: specs to and from the workbooks that others know."""

from __future__ import annotations

from tecdata.exchange.mapping_workbook import export_mapping
from tecdata.exchange.spec_export import export_spec
from tecdata.exchange.spec_import import ImportedSpec, import_spec, write_spec

__all__ = ["ImportedSpec", "export_mapping", "export_spec", "import_spec", "write_spec"]
