"""The web part without what it does now and then by itself: no slow poll, no renewal of a watch or a ticket.

What comes from it all the same was brought by a bell or was an answer, at once: no test needs to measure that with a clock.
`python -m tests.sessions_app.prompted_web FD` runs the product's own web part after the patch.
Nothing in the product knows of this.
"""

import sys
from unittest import mock

import django

from nirweb.supervisor import web

NEVER_S = 3600.0

if __name__ == "__main__":
    django.setup()

    from sessions_app.panels import phone_line, rounds

    mock.patch.object(rounds, "EVERY_S", NEVER_S).start()
    mock.patch.object(phone_line, "TICKET_EVERY_S", NEVER_S).start()
    mock.patch.object(phone_line, "WATCH_EVERY_S", NEVER_S + NEVER_S).start()  # looked at with a ticket: half of one is taken off
    web.main(sys.argv[1:])
