"""Evidence packages: a case in one file that proves itself."""
