"""Where features meet: each flow reacts to one feature's event and calls another's service."""
