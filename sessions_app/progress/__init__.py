"""Did it help: ratings and trends."""
