"""One folder per check: `observe` looks at the real thing, `judge` decides, `criteria.toml` says by what measure."""
