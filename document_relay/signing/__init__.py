"""Signatures: drawn strokes, the service's certificate, sealed PDFs (PAdES) and their verification."""
