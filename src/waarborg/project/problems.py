"""What an operator can mend, told in one sentence instead of a trace."""

from waarborg.kernel.rootkey import RootKeyMissing, RootKeyUnsafe, SharesDontFit
from waarborg.project.config import ConfigurationRefused
from waarborg.project.databases import NotAPostgresAddress
from waarborg.project.installing import NotInitialised, ServingAsOwner

KNOWN = (
    ConfigurationRefused,
    NotAPostgresAddress,
    NotInitialised,
    RootKeyMissing,
    RootKeyUnsafe,
    ServingAsOwner,
    SharesDontFit,
)
