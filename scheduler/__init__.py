"""Who waits, who serves, and who is offered to whom."""
