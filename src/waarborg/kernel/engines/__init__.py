"""Database engines that Django does not ship."""
