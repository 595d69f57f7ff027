"""The house's own papers: form, notice, receipt, cover sheet, signature sheet, set in the house's fonts."""
