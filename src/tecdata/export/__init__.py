"""Export: datasets to XPT version 5 and Parquet, findings and manifest beside them, nothing half."""

from __future__ import annotations

from tecdata.export.atomic import recover, staged_output, write_bytes_atomic
from tecdata.export.dataset_json import write_dataset_json
from tecdata.export.dataset_json_check import check_dataset_json, read_dataset_json
from tecdata.export.findings_table import write_findings
from tecdata.export.installation import self_test
from tecdata.export.lock import output_lock
from tecdata.export.manifest import build_manifest, write_manifest
from tecdata.export.mapped import write_mapped
from tecdata.export.moment import moment_of
from tecdata.export.parquet import trace_table, write_dataset, write_table
from tecdata.export.products import drop_stale, record_products
from tecdata.export.read_output import read_output
from tecdata.export.share import (
    FilePart,
    counted_once,
    share_files,
    shared_lengths,
    xpt_parts,
)
from tecdata.export.study import file_order, prepared, write_adam, write_study, write_xpt_files
from tecdata.export.verify import Difference, verify_output
from tecdata.export.xpt import XptWriter, text_lengths, write_xpt
from tecdata.export.xpt_records import XptVariable

__all__ = [
    "Difference",
    "FilePart",
    "XptVariable",
    "XptWriter",
    "build_manifest",
    "check_dataset_json",
    "counted_once",
    "drop_stale",
    "file_order",
    "moment_of",
    "output_lock",
    "prepared",
    "read_dataset_json",
    "read_output",
    "record_products",
    "recover",
    "self_test",
    "share_files",
    "shared_lengths",
    "staged_output",
    "text_lengths",
    "trace_table",
    "verify_output",
    "write_adam",
    "write_bytes_atomic",
    "write_dataset",
    "write_dataset_json",
    "write_findings",
    "write_manifest",
    "write_mapped",
    "write_study",
    "write_table",
    "write_xpt",
    "write_xpt_files",
    "xpt_parts",
]
