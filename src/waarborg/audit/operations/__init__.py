"""Recording an act with its entry, and sealing what was recorded."""

from waarborg.audit.operations.recording import Act, act, record, record_refusal

__all__ = ["Act", "act", "record", "record_refusal"]
