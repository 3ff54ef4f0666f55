"""Decisions about coming in: tickets, passwords, codes, attempts, time-outs. Pure."""
