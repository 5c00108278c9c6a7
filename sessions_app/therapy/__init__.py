"""Doing it: start, sessions, the ledger of delivered dose, ceilings, holds, check-ins."""
