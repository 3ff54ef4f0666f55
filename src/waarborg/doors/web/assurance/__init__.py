"""Pages of controls, evidence and measuring."""
