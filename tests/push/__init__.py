"""A push service for tests, with an authority of its own, and a browser's keys."""
