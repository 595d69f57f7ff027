"""A media server in a process of its own, and the way the service controls one or several of them."""
