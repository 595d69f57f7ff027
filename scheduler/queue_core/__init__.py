"""The shared queue core: pure decisions about who waits and who serves, importable by any system of the hall."""
