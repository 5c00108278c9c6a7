"""How a phone at home reaches this server: its name, its certificate, and the page that leads to trusting it (docs/home-network.md)."""
