"""Floor 0: frames and values. No I/O, no state."""
