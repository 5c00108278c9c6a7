"""`manage.py up`: everything NIRWeb needs on one machine, started, watched and stopped by one small asyncio process.

It imports neither Django nor the domain: its parts are processes, and so is the preparation of the database.
"""
