"""Rows of who may come in. What says who someone is, is sealed; what only proves something, is a digest."""

from waarborg.accounts.models.emergencies import EmergencyAccess
from waarborg.accounts.models.factors import (
    Authenticator,
    Challenge,
    ExternalIdentity,
    Password,
    Recovery,
    RecoveryCode,
    UsedStep,
)
from waarborg.accounts.models.machines import BoundCertificate, Credential, ServiceAccount
from waarborg.accounts.models.persons import Person, RightsReview, RoleHeld
from waarborg.accounts.models.registrations import Identity, ProfessionalNumber, Registration
from waarborg.accounts.models.sessions import Acknowledgement, NotAtThisStage, Session
from waarborg.accounts.models.tries import CountedAnswer, KnownAddress, KnownDevice, Tries

__all__ = [
    "Acknowledgement",
    "Authenticator",
    "BoundCertificate",
    "Challenge",
    "CountedAnswer",
    "Credential",
    "EmergencyAccess",
    "ExternalIdentity",
    "Identity",
    "KnownAddress",
    "KnownDevice",
    "NotAtThisStage",
    "Password",
    "Person",
    "ProfessionalNumber",
    "Recovery",
    "RecoveryCode",
    "Registration",
    "RightsReview",
    "RoleHeld",
    "ServiceAccount",
    "Session",
    "Tries",
    "UsedStep",
]
