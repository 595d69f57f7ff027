"""Mechanisms of the house that know no word of the field."""
