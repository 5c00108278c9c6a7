"""What keeps `up` from starting."""


class CannotStart(Exception):
    """One sentence: what is in the way, and what to do."""
