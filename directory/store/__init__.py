"""The directory's SQL."""
