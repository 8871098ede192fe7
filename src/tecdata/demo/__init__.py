"""The synthetic cohort and the five export shapes it is rendered into."""
