"""The NIRWeb bridge: a small daemon beside the panels that relays commands to them. It never imports Django."""
