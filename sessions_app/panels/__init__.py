"""With what: bridges, panels, pairing, commands, live state."""
