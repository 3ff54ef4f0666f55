"""Is who logs in told that health information is confidential? The log-in page, read as a person sees it (C2)."""
