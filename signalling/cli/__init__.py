"""The command `cloud-window`."""
