"""The service's own papers: form, notice, receipt, cover sheet, signature sheet, set in the service's fonts."""
