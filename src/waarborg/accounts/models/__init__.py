"""Rows of who may come in. What says who someone is, is sealed; what only proves something, is a digest."""

from waarborg.accounts.models.factors import Authenticator, Password, UsedStep
from waarborg.accounts.models.persons import Person, RoleHeld
from waarborg.accounts.models.sessions import Acknowledgement, NotAtThisStage, Session
from waarborg.accounts.models.tickets import Ticket
from waarborg.accounts.models.tries import KnownAddress, Tries

__all__ = [
    "Acknowledgement",
    "Authenticator",
    "KnownAddress",
    "NotAtThisStage",
    "Password",
    "Person",
    "RoleHeld",
    "Session",
    "Ticket",
    "Tries",
    "UsedStep",
]
