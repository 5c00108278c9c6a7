"""`manage.py bench`: the figures that the README reports, measured on the real thing."""
