class CannotInstall(Exception):
    """One or two lines: what is in the way, and what to do."""
