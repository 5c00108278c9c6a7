"""The face that gathers the slices' routes."""

from typing import Final

from ninja import Router

from sessions_app.accounts.api import router as accounts

ROUTERS: Final[tuple[tuple[str, Router], ...]] = (("", accounts),)
"""Prefix below /api, and the slice's router."""
