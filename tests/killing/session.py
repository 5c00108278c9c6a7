"""One round: a person starts a session, a part is killed and started again, and all that can be judged is kept."""

import asyncio
import contextlib
import time
from typing import Any, Final

import httpx

from sessions_app.base import new_id
from tests.e2e_relay.phone import Phone
from tests.killing.household import Household
from tests.killing.judge import Seen
from tests.killing.plan import Round
from tests.killing.screen import Screen

ANSWER_WITHIN_S: Final = 5.0
LINKED_WITHIN_S: Final = 40.0
SETTLED_WITHIN_S: Final = 90.0
AGAIN_S: Final = 0.3
LEVELS: Final = {"660": 60, "850": 40}


class Stuck(AssertionError):
    """The house did not come to rest again."""


class Play:
    def __init__(self, home: Household, phone: Phone, site: str, round_: Round) -> None:
        self._home, self._phone, self._round = home, phone, round_
        self._screen = Screen(phone, home.panel_id)
        self._session_id = str(new_id())
        self._plan: dict[str, Any] = {
            "session_id": self._session_id, "panel_id": home.panel_id, "sites": [site], "distance_cm": 15.0,
            "duration_s": round_.duration_s, "levels_pct": LEVELS, "eyewear": True,
        }  # fmt: skip
        self._stop_token = ""
        self._person_id = ""
        self._tapped_s = 0.0
        self._killed_s: float | None = None
        self._stopped_s: float | None = None

    async def run(self) -> Seen:
        """Raises Stuck."""
        screen = asyncio.create_task(self._screen.watch())
        try:
            await _until(lambda: self._screen.linked, LINKED_WITHIN_S, "the panel was not linked")
            await asyncio.to_thread(self._home.house.lamp.clear)
            ticket = await self._ticket()
            self._tapped_s = time.monotonic() + max(0.0, -self._round.kill_after_s)
            await asyncio.gather(self._start(ticket), self._kill(), self._stop())
            session = await self._ended()
        finally:
            screen.cancel()
            await asyncio.gather(screen, return_exceptions=True)
        history = await asyncio.to_thread(self._home.house.lamp.history)
        delivered = session["delivered"] if session else {}
        return Seen(
            self._tapped_s,
            time.monotonic(),
            self._round.duration_s,
            history,
            self._screen.claims,
            bridge_killed_s=self._killed_s if self._round.victim == "bridge" else None,
            stop_tapped_s=self._stopped_s,
            booked_s={int(nm): one["full_level_s"] for nm, one in delivered.items()},
            confirmed=bool(session and session["confirmed"]),
        )

    # ── What happens, each at its time ───────────────────────────────────────────────────────────────────────────────
    async def _ticket(self) -> str:
        self._person_id = await self._phone.me()
        verdict = await self._phone.ask("post", "/api/therapy/check", self._plan)
        assert verdict["allowed"], verdict["reasons"]
        return str(verdict["ticket"])

    async def _start(self, ticket: str) -> None:
        """One tap. Whether it came through is seen by its light; its answer may be lost."""
        await _at(self._tapped_s)
        body = {"plan": self._plan, "ticket": ticket, "person_id": self._person_id, "eyewear_confirmed": True, "run_no": 1}
        with contextlib.suppress(httpx.HTTPError, TimeoutError):
            async with asyncio.timeout(ANSWER_WITHIN_S):
                answer = await self._phone.send("post", "/api/therapy/start", body)
                if answer.status_code == httpx.codes.ACCEPTED:
                    self._stop_token = answer.json()["stop_token"]

    async def _kill(self) -> None:
        part = getattr(self._home.house, self._round.victim)
        await _at(self._tapped_s + self._round.kill_after_s)
        self._killed_s = time.monotonic()
        part.kill()
        await asyncio.sleep(self._round.away_s)
        part.start()

    async def _stop(self) -> None:
        """Tapped again and again until the light is out, as the app does it: by its token, or else by the panel."""
        if self._round.stop_after_s is None:
            return
        await _at(self._tapped_s + self._round.stop_after_s)
        self._stopped_s = time.monotonic()
        while time.monotonic() < self._stopped_s + self._round.duration_s + 2:
            with contextlib.suppress(httpx.HTTPError, TimeoutError):
                async with asyncio.timeout(2):
                    if self._stop_token:
                        await self._phone.client.post("/api/therapy/stop", json={"stop_token": self._stop_token})
                    else:
                        await self._phone.send("post", f"/api/therapy/panels/{self._home.panel_id}/stop", {})
            if self._screen.claims[-1][1] == "off":
                return
            await asyncio.sleep(AGAIN_S)

    async def _ended(self) -> dict[str, Any] | None:
        """The session as the server has it at last; None: it knows of none. Raises Stuck."""
        deadline_s = time.monotonic() + SETTLED_WITHIN_S
        last = ""
        while time.monotonic() < deadline_s:
            with contextlib.suppress(httpx.HTTPError, TimeoutError):
                async with asyncio.timeout(ANSWER_WITHIN_S):
                    answer = await self._phone.send("get", f"/api/therapy/sessions/{self._session_id}")
                last = f"{answer.status_code} {answer.text[:600]}"
                if answer.status_code == httpx.codes.NOT_FOUND and await self._dark():
                    return None
                if answer.is_success and answer.json()["state"] == "ended" and await self._dark():
                    return dict(answer.json())
            await asyncio.sleep(AGAIN_S)
        raise Stuck(f"not ended within {SETTLED_WITHIN_S:.0f} s: {last}")

    async def _dark(self) -> bool:
        state = await asyncio.to_thread(self._home.house.lamp.state)
        return not any(state["light"].values())


async def _at(moment_s: float) -> None:
    await asyncio.sleep(max(0.0, moment_s - time.monotonic()))


async def _until(true: Any, within_s: float, otherwise: str) -> None:
    deadline_s = time.monotonic() + within_s
    while not true():
        if time.monotonic() > deadline_s:
            raise Stuck(f"{otherwise} within {within_s:.0f} s")
        await asyncio.sleep(0.1)
