"""What the person reads in the terminal."""

import os
import sys
import time

import segno

from nirweb.supervisor.homes import Request


class Screen:
    """Lines on standard output, each with the seconds since the start while it starts."""

    def __init__(self) -> None:
        self.started_s = time.monotonic()

    def say(self, line: str = "") -> None:
        print(line, flush=True)

    def step(self, what: str) -> None:
        self.say(f"  {what} ({self.seconds:.1f} s)")

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started_s

    def address(self, origin: str, first_page: str | None = None) -> None:
        """The address, and as a QR code where a phone begins."""
        self.say(f"\nNIRWeb is ready after {self.seconds:.1f} s:\n\n    {origin}\n")
        if "JOURNAL_STREAM" in os.environ:  # a log: nobody holds a phone before it
            return
        segno.make(first_page or origin, micro=False, error="l").terminal(out=sys.stdout, border=2, compact=True)
        self.say()

    def enrolment(self, request: Request | None, *, enrolled: bool) -> None:
        if request:
            self.say(f"The bridge asks to join: sign in and open  {request.link}")
            self.say(f"or enter this code in the app under Bridges:  {request.user_code}")
        elif enrolled:
            self.say("The bridge has joined.")
