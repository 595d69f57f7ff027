"""Who, where and what: sites, departments, items, staff, windows, sign-in, roles, the audit log."""
