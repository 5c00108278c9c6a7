"""`manage.py kill-run`: kill -9 of each part at random moments of real sessions, judged by the lamp's true light."""
