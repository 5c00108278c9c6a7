"""`manage.py test` and `manage.py lint`: every check of the project, in stages, with an honest count at the end."""
