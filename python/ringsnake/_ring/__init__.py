"""Floor 1: bytes between two processes."""
