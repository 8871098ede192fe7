"""The room mapping."""
