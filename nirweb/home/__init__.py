"""How a phone at home reaches this server: its name, its certificate, the page that leads to trusting it.

Rules: docs/home-network.md.
"""
