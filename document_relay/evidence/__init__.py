"""Evidence packages: a case in one file that proves itself."""

from __future__ import annotations

from document_relay.evidence.package import Evidence, RecordingFile
from document_relay.evidence.verifying import EvidenceVerdict, Problem, verify

__all__ = ["Evidence", "EvidenceVerdict", "Problem", "RecordingFile", "verify"]
