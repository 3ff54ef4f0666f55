"""Outsiders, simulated by real local servers."""
