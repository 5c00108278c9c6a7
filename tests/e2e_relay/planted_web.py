"""The web part with one safeguard taken out: a start's ticket is not looked at. Shows that the test of late tickets would see it.

`python -m tests.e2e_relay.planted_web FD` runs the product's own web part after the patch. Nothing in the product knows of this.
"""

import sys
from unittest import mock

import django

from nirweb.supervisor import web

if __name__ == "__main__":
    django.setup()

    from sessions_app.therapy import tickets

    mock.patch.object(tickets, "verify", return_value=tickets.LIFE_MS).start()
    web.main(sys.argv[1:])
