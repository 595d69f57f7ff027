"""The case file's rules without I/O: life cycles, the event chain, the manifest."""
