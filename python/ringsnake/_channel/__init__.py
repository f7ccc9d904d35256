"""Floor 2: frames both ways."""
