"""The shell: what a web project needs, and no domain rule."""
