"""Migrations that fail, and the settings that bring them in."""
