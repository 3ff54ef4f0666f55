"""Decisions of registers, pure."""
