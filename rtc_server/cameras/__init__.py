"""Cameras that are no browser's: read in a sandboxed child each, passed on without decoding."""
