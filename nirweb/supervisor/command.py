"""`manage.py up`."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Final

from nirweb.backup import swap
from nirweb.supervisor import bluetooth, database, homes, options, parts, ports, ready
from nirweb.supervisor.folders import Folders, default_data
from nirweb.supervisor.parts import Part
from nirweb.supervisor.reach import Reach
from nirweb.supervisor.screen import Screen
from nirweb.supervisor.supervisor import Supervisor
from nirweb.supervisor.trouble import CannotStart

BAD_SETTINGS: Final = 2
LOOK_EVERY_S: Final = 1.0


def main(arguments: list[str]) -> int:
    given = options.parse(arguments, default_data())
    try:
        return asyncio.run(Up(given).run())
    except CannotStart as trouble:
        print(trouble, file=sys.stderr)
        return 1


class Up:
    """One run of `up`, from the first check to the last process."""

    def __init__(self, given: options.Options) -> None:
        self.options = given
        self.folders = Folders(given.data)
        self.reach = Reach(given, self.folders)
        self.screen = Screen()
        self.api_port = given.port
        self._stop = asyncio.Event()

    async def run(self) -> int:
        self.folders.claim(self.reach.origin)
        swap.refuse_interrupted(self.folders.data)
        store, redis_url = parts.store(self.folders)
        listeners = ports.listen(self.options.port)
        await self.reach.open()
        if self.options.dev:  # Vite listens there itself
            _close(listeners)
            self.api_port = ports.free(self.options.port)
        environment = parts.environment(self.options, self.folders, self.reach.environment(), redis_url)
        self.supervisor = Supervisor(environment, self.folders.data / "logs", self.folders.lock_fd, self.screen.say)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self._interrupt)
        self.screen.say(f"Starting NIRWeb; data in {self.folders.data}")
        work = asyncio.create_task(self._work(store, listeners))
        stop = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({work, stop}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                return work.result()
            self.screen.say("\nStopping …")
            return 0
        finally:
            await _cancel(work, stop)
            await self.supervisor.stop()
            _close(listeners)
            self.reach.close()
            self.folders.release()
            self.screen.say("Stopped.")

    def _interrupt(self) -> None:
        if self._stop.is_set():  # a second Ctrl-C: the guard ends the parts
            os._exit(130)
        self._stop.set()

    async def _work(self, store: Part | None, listeners: list[socket.socket]) -> int:
        """Start all, tell the address, and go on watching; returns only an exit status for what cannot be mended."""
        if store:
            self.supervisor.start(store)
        if self.options.demo:
            self.supervisor.start(parts.virtual(self.folders))
        status = await self._prepare_database()
        if status:
            return status
        own = self._start_the_rest(listeners)
        await ready.until_ready(self.api_port, self._ready_files())
        self.screen.address(self.reach.origin, self.reach.first_page())
        for line in (*self.reach.lines(), *await bluetooth.lines()):
            self.screen.say(line)
        if self.options.demo:
            self.screen.say("The virtual lamp, in another terminal:  python3 manage.py panel")
        self.screen.say(f"Logs: {self.folders.data / 'logs'}   Stop: Ctrl-C\n")
        lasting = (self._watch_enrolment(own[0]), self.reach.watch(self.screen.say), *(self._let_in(home) for home in own[1:]))
        await asyncio.gather(*lasting)
        return 0

    async def _prepare_database(self) -> int:
        if database.is_prepared(self.folders.data):
            return 0
        status, said = await self.supervisor.run(parts.django("prepare_database"))
        if status:
            print(_words(said), file=sys.stderr)
            return BAD_SETTINGS if status == BAD_SETTINGS else 1
        self.screen.step("database prepared")
        for line in said.splitlines():
            self.screen.say(f"  {line}")
        return 0

    def _start_the_rest(self, listeners: list[socket.socket]) -> list[homes.Home]:
        found = homes.homes(self.folders, adapter=bluetooth.has_adapter(), demo=self.options.demo)
        for home in found:
            home.write(f"http://localhost:{self.api_port}")
        web = parts.development(self.options, self.api_port) if self.options.dev else [self.reach.web(parts.web(listeners))]
        if home_part := self.reach.part():
            self.supervisor.start(home_part)
        for part in (*web, parts.worker(self.folders), parts.bridge([home.folder for home in found])):
            self.supervisor.start(part)
        return found

    def _ready_files(self) -> dict[str, Path]:
        files = {"worker": parts.worker_ready(self.folders)}
        return {**files, "virtual": self.folders.run / "observer.sock"} if self.options.demo else files

    async def _watch_enrolment(self, home: homes.Home) -> None:
        """Tell the own bridge's code whenever it has a new one, and that it has joined."""
        told, was_enrolled = None, home.enrolled
        while True:
            request = home.request()
            if request != told or (home.enrolled and not was_enrolled):
                self.screen.enrolment(request, enrolled=home.enrolled)
                told, was_enrolled = request, home.enrolled
            await asyncio.sleep(LOOK_EVERY_S)

    async def _let_in(self, home: homes.Home) -> None:
        """The instance approves its demo's bridge by the code that it shows, and pairs its panel, also after a restart."""
        answered, paired = None, home.paired
        while True:
            request = home.request()
            if (request and request != answered) or not (request or paired or not home.enrolled):
                code = ["--code", request.user_code] if request else []
                status, said = await self.supervisor.run(parts.django("pair_demo", *code))
                answered, paired = request, status == 0
                home.note_paired(paired=paired)
                self.screen.say("The demo is ready: it needs no account." if paired else f"The demo is not ready: {_words(said)}")
            await asyncio.sleep(LOOK_EVERY_S)


def _words(said: str) -> str:
    """What a command of Django's said, without Django's name for an error."""
    return said.strip().removeprefix("CommandError: ")


async def _cancel(*tasks: "asyncio.Task[object]") -> None:
    for task in tasks:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _close(listeners: list[socket.socket]) -> None:
    for listener in listeners:
        listener.close()
