"""Participants, sources and slots of sessions, and the media server that holds them."""
