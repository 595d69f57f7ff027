"""One package a noun: its messages, what its commands do, what pages show of it, what it follows."""
