"""A person lets the bridge in and has it look for panels: `letting_in.py ORIGIN HOME`. Prints what it found."""

import asyncio
import json
import sys
from pathlib import Path

import django

django.setup()

from tests.e2e_relay.phone import Phone  # noqa: E402 - it reads the health questions' file by way of Django


async def let_in(origin: str, home: Path) -> str:
    """The names of the panels that it heard."""
    async with Phone(origin) as phone:
        await phone.sign_up("alice@example.org")
        code = json.loads((home / "enrol.json").read_text())["user_code"]
        bridge = await phone.ask("post", "/api/bridges/enrol/approve", {"user_code": code})
        await phone.until("/api/bridges", lambda bridges: any(one["id"] == bridge["id"] and one["online"] for one in bridges), 20)
        await phone.ask("post", f"/api/bridges/{bridge['id']}/scan")
        found = await phone.until(
            f"/api/bridges/{bridge['id']}/found", lambda found: found["panels"] and not found["scanning"], 30
        )
        return ", ".join(one["name"] for one in found["panels"])


if __name__ == "__main__":
    sys.stdout.write(asyncio.run(let_in(sys.argv[1], Path(sys.argv[2]))))
