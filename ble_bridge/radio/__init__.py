"""The air: the only room, besides the virtual radio, that knows bleak. Scans, connects, and gives every call a deadline."""
