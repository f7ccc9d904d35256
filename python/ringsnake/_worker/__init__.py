"""Floor 4: this process as somebody's worker."""
