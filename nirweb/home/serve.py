"""The home part: renews the leaf, announces the name, serves the trust page. Run: python -m nirweb.home.serve DATA STATUS FD…"""

import asyncio
import datetime
import logging
import socket
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

import uvicorn

from nirweb.home import kept, status
from nirweb.home.address import Lan
from nirweb.home.announce import Announcement
from nirweb.home.authority import Authority
from nirweb.home.certificates import Certificates
from nirweb.home.guard import HomeOnly
from nirweb.home.interfaces import home_addresses
from nirweb.home.status import Status
from nirweb.home.trust_page import TrustPage
from nirweb.supervisor.serving import together

LOOK_EVERY_S: Final = 10.0
"""After this long a changed address is announced, and a leaf whose time has come is renewed."""
log = logging.getLogger(__name__)


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class Home:
    """What has to be done for as long as the home network is served."""

    def __init__(self, lan: Lan, certificates: Certificates, report: Path) -> None:
        self._lan = lan
        self._certificates = certificates
        self._report = report
        self._announcement = Announcement(lan.name, lan.https_port, self._conflict)
        self._status = Status()
        self._addresses: list[str] | None = None

    async def run(self, authority: Authority) -> None:
        try:
            while True:
                self._renew(authority)
                await self._announce()
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            await self._announcement.drop()

    def _renew(self, authority: Authority) -> None:
        try:
            if self._certificates.renew(authority, now()):
                log.warning("a new leaf was made for %s", self._certificates.host)
        except OSError as error:  # the old one is good for days yet
            log.error("no new leaf can be written: %s", error)

    async def _announce(self) -> None:
        addresses = [self._lan.address] if self._lan.address else home_addresses()
        if addresses == self._addresses:
            return
        try:
            await self._announcement.hold([] if self._lan.by_address else addresses)
        except OSError as error:
            self._tell(replace(self._status, addresses=tuple(addresses), trouble=f"{error.strerror or error}"))
            return
        self._addresses = addresses
        self._tell(replace(self._status, addresses=tuple(addresses), trouble=""))

    def _conflict(self, address: str) -> None:
        self._tell(replace(self._status, others=(*self._status.others, address)))

    def _tell(self, told: Status) -> None:
        if told != self._status or not self._report.exists():
            self._status = told
            status.write(self._report, told)


async def main(data: Path, report: Path, descriptors: list[str]) -> None:
    lan = kept.load(data).lan
    assert lan  # noqa: S101 - `up` starts this part only where there is one
    certificates = Certificates(data, lan.host)
    authority = certificates.prepare(now())
    page = HomeOnly(TrustPage(authority.root, lan.origin, lan.page_port))
    config = uvicorn.Config(
        page, log_config=None, access_log=False, lifespan="off", ws="none",
        timeout_graceful_shutdown=1, limit_concurrency=50, h11_max_incomplete_event_size=8192, server_header=False,
        proxy_headers=False,
    )  # fmt: skip
    work = asyncio.create_task(Home(lan, certificates, report).run(authority))
    serving = asyncio.create_task(together([(config, [socket.socket(fileno=int(one)) for one in descriptors])]))
    await asyncio.wait({work, serving}, return_when=asyncio.FIRST_COMPLETED)
    for task in (work, serving):
        task.cancel()
    for ended in await asyncio.gather(work, serving, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
