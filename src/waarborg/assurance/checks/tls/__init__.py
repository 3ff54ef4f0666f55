"""Data in transit: which TLS versions an application negotiates, and whether its certificate can be trusted."""
