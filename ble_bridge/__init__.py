"""The NIRWeb bridge: a small daemon beside the panels that relays commands to them. It never imports Django."""

from typing import Final

SOFTWARE: Final = "nirweb-bridge 0.1.0"
"""As the server and its owner are told."""
