"""The version, in the one place that build and program both read."""

__version__ = "0.1.0"
