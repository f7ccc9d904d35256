"""A module that cannot be imported."""

raise OSError(2, "there is nothing here")
