"""What `up` does to be reached at home: the address that holds, the home network's sockets, its certificate and its part."""

import asyncio
import datetime
import os
import secrets
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from nirweb.home import address, kept, status
from nirweb.home.address import Lan
from nirweb.supervisor import ports
from nirweb.supervisor.folders import Folders
from nirweb.supervisor.options import Options
from nirweb.supervisor.parts import Part
from nirweb.supervisor.trouble import CannotStart

LOOK_EVERY_S: Final = 1.0
NAMES_DRAWN: Final = 10


class Reach:
    """How this `up` is reached. Nothing is kept or opened before `open`."""

    def __init__(self, given: Options, folders: Folders) -> None:
        """Raises CannotStart."""
        self._folders = folders
        self._local = f"http://localhost:{given.port}"
        self._choice = address.choose(kept.load(folders.data), given.asked, _draw)
        if given.dev and self.lan:
            raise CannotStart("--dev serves this machine only: leave --lan away, or take it back with  --lan none")
        forced = None if given.asked.url else os.environ.get("NIRWEB_ORIGIN")
        self._behind_a_proxy = (forced or self._choice.url or "").startswith("https:")
        self.origin = forced or self._choice.current() or self._local
        self.sockets: list[socket.socket] = []
        self._page: list[socket.socket] = []
        self._fingerprint = ""

    @property
    def lan(self) -> Lan | None:
        return self._choice.lan

    async def open(self) -> None:
        """Keep what was chosen, take the ports, make the certificate.

        Raises:
            CannotStart: one of it fails.
        """
        if self.lan:
            self.sockets = ports.listen_at(self.lan.address, self.lan.https_port, "--https-port")
            self._page = ports.listen_at(self.lan.address, self.lan.page_port, "--page-port")
            await self._find_a_name(self.lan)
        before = kept.load(self._folders.data)
        if self._choice != before:
            kept.keep(self._folders.data, self._choice)
        if self.lan:
            await asyncio.to_thread(self._certify, self.lan)

    async def _find_a_name(self, lan: Lan) -> None:
        """The very first time, a name that another machine has is not taken [H28]."""
        if lan.announced or lan.by_address:
            return  # with no network yet, as at boot, it is announced when there is one
        addresses = _addresses(lan)
        if not addresses:
            raise CannotStart("No home network was found: connect this machine to it, or name its address with  --lan ADDRESS")
        from nirweb.home.announce import who_answers_to

        for _ in range(NAMES_DRAWN):
            try:
                taken = await who_answers_to(lan.name, addresses)
            except OSError as error:
                raise CannotStart(f"mDNS cannot be used on {', '.join(addresses)} ({error.strerror or error}).") from None
            if not taken:
                break
            lan = replace(lan, name=_draw())
        self._settle(replace(lan, announced=True))

    def _settle(self, lan: Lan) -> None:
        """This name it is; one that was drawn before was never used."""
        was = self._choice.lan.origin if self._choice.lan else None
        origin = lan.origin if self._choice.origin == was else self._choice.origin
        self.origin = lan.origin if self.origin == was else self.origin
        self._choice = replace(self._choice, lan=lan, name=lan.name, origin=origin)

    def _certify(self, lan: Lan) -> None:
        from nirweb.home.certificates import Certificates

        self._certificates = Certificates(self._folders.data, lan.host)
        self._fingerprint = self._certificates.prepare(datetime.datetime.now(datetime.UTC)).fingerprint

    def close(self) -> None:
        for one in (*self.sockets, *self._page):
            one.close()

    # ── For the parts ────────────────────────────────────────────────────────────────────────────────────────────────
    def environment(self) -> dict[str, str]:
        others = (*self._choice.others(), self._local)
        found = {"NIRWEB_ORIGIN": self.origin, "NIRWEB_OTHER_ORIGINS": " ".join(one for one in others if one != self.origin)}
        return {**found, "NIRWEB_AUTHORITY": str(self._certificates.root)} if self.lan else found

    def web(self, part: Part) -> Part:
        """The web part, also on the home network's sockets; a proxy is believed only where one was named [H10]."""
        command, fds = [*part.command], part.fds
        if self._behind_a_proxy:
            command += ["--proxy"]
        if self.lan:
            more = tuple(one.fileno() for one in self.sockets)
            command += ["--leaf", str(self._certificates.leaf), "--secure", *map(str, more)]
            fds = (*fds, *more)
        return replace(part, command=command, fds=fds)

    def part(self) -> Part | None:
        """Announces the name, renews the leaf, serves the trust page."""
        if not self.lan:
            return None
        fds = tuple(one.fileno() for one in self._page)
        command = [sys.executable, "-m", "nirweb.home.serve", str(self._folders.data), str(self._report), *map(str, fds)]
        return Part("home", command, stops=2, fds=fds)

    @property
    def _report(self) -> Path:
        return self._folders.run / "home.json"

    # ── For the person ───────────────────────────────────────────────────────────────────────────────────────────────
    def first_page(self) -> str | None:
        """Where a new phone begins: the trust page, by an address, for the name may not be found yet."""
        if not self.lan or self._choice.url:
            return None
        found = _addresses(self.lan)
        host = found[0] if found else self.lan.name
        return f"http://{f'[{host}]' if ':' in host else host}:{self.lan.page_port}"

    def lines(self) -> list[str]:
        """What belongs to the address, below it."""
        told = []
        if self.origin == self._local:
            told += ["Only this machine reaches it. For a phone at home:  python3 manage.py up --lan"]
        if page := self.first_page():
            told += [f"A new phone opens this page first, which leads it through trusting your home:  {page}"]
        if self.lan:
            told += [f"Fingerprint of the home certificate: {self._fingerprint}"]
            if self.lan.by_address:
                told += ["A bare address: passkeys do not work, and when it changes each phone has to trust a new certificate."]
        former = [one for one in self._choice.others() if one != (self.lan.origin if self.lan else None)]
        lost = [one for one in former if self._was_served_here(one)]
        if answered := [one for one in former if one not in lost]:
            told += [f"Apps installed at {', '.join(answered)} will say that it moved, if they still reach it."]
        if lost:
            told += [
                f"Apps installed at {', '.join(lost)} reach this server no more, as nothing is served there now.",
                "They still open: Settings, “Another address” saves what they hold to a file; the app at this address takes it.",
            ]
        return told

    def _was_served_here(self, origin: str) -> bool:
        """By a certificate of this home, not by a proxy: with another name, address or port that is over [H6]."""
        from nirweb.home.certificates import Certificates

        return Certificates(self._folders.data, urlsplit(origin).hostname or "").root.exists()

    async def watch(self, say: Callable[[str], None]) -> None:
        """Tell of what changes in the network, for as long as `up` runs."""
        told: status.Status | None = None
        while self.lan:
            found = status.read(self._report)
            if found and found != told:
                for line in words_for(found, told, self.lan):
                    say(line)
                told = found
            await asyncio.sleep(LOOK_EVERY_S)


def words_for(found: status.Status, before: status.Status | None, lan: Lan) -> list[str]:
    words = []
    if found.trouble and (before is None or before.trouble != found.trouble):
        words += [f"{lan.name} cannot be announced ({found.trouble}); tried again by itself."]
    if before and found.addresses != before.addresses:
        words += [f"{lan.name} now leads to {', '.join(found.addresses) or 'no address: this machine has left the network'}."]
    words += [
        f"Another machine, {one}, answers to {lan.name} too: is a copy of this data folder running there? Stop one of them."
        for one in found.others
        if before is None or one not in before.others
    ]
    return words


def _addresses(lan: Lan) -> list[str]:
    if lan.address:
        return [lan.address]
    from nirweb.home.interfaces import home_addresses

    return home_addresses()


def _draw() -> str:
    return address.name(secrets.choice)
