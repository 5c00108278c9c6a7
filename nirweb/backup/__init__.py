"""Backup and restore of everything that a server must not lose. The rules stand, numbered, in docs/backup.md."""
