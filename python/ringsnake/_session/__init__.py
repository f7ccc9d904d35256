"""Floor 3: calls in both directions."""
