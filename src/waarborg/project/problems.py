"""What an operator can mend, told in one sentence instead of a trace."""

from waarborg.kernel.rootkey import OtherRootKey, RootKeyMissing, RootKeyPresent, RootKeyUnsafe, SharesDontFit
from waarborg.project.config import ConfigurationRefused
from waarborg.project.databases import NotAPostgresAddress
from waarborg.project.installing import NotInitialised, ServingAsOwner

KNOWN = (
    ConfigurationRefused,
    NotAPostgresAddress,
    NotInitialised,
    OtherRootKey,
    RootKeyMissing,
    RootKeyPresent,
    RootKeyUnsafe,
    ServingAsOwner,
    SharesDontFit,
)
