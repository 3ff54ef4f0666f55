"""Static files under names that carry their digest, so that a browser may keep them for a year."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # whitenoise has no types
    """Falls back to the plain name where nothing was collected, as in a test."""

    manifest_strict = False
