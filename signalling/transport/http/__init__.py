"""HTTP: the table of endpoints, what carries them out, and the server."""
