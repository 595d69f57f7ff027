"""Papers: case files, uploads, imaging, documents, signatures, evidence."""
