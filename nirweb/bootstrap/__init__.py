"""What runs before anything is installed: only the standard library, on Python 3.11.

`manage.py` calls it to make the
clone's own virtual environment from the hashed pins of `requirements/` and to build the phone app.
"""
