"""Signatures: drawn strokes, the house's certificate, sealed PDFs (PAdES) and their verification."""
