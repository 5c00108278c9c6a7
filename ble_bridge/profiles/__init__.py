"""Panels as data: one TOML file each, read strictly. The hash of a file is part of a paired panel's identity [B30]."""
