"""`python -m ble_bridge doctor` against the real server: beside a bridge that runs, and for one that was revoked."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from ble_bridge.enrol import Enrolment
from tests.e2e_relay.conftest import Home
from tests.e2e_relay.phone import Phone
from tests.running import PROJECT


async def doctor(folder: Path) -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit status, and findings by rule."""
    command = [sys.executable, "-m", "ble_bridge", "doctor", "--json", "--home", str(folder)]
    done = await asyncio.to_thread(subprocess.run, command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, {one["rule"]: one for one in json.loads(done.stdout)["homes"][0]["findings"]}


async def test_G2_beside_a_running_bridge_all_is_well_and_its_line_stays(home: Home, phone: Phone) -> None:
    lines = len(home.house.bridge.lines())
    status, found = await doctor(home.house.home)
    assert status == 0, found
    assert {one["verdict"] for one in found.values()} == {"ok"}
    running = home.house.bridge.running
    assert running
    assert f"process {running.pid} " in found["G14"]["text"]
    assert found["G42"]["text"] == "The server lets this bridge in"
    said = [line["event"] for line in home.house.bridge.lines()[lines:]]
    assert not {"line closed", "line open", "line refused"} & set(said), said
    (bridge,) = await phone.ask("get", "/api/bridges")
    assert bridge["online"]


async def test_G42_a_revoked_bridge_is_told_so(home: Home, phone: Phone, tmp_path: Path) -> None:
    (tmp_path / "bridge.toml").write_text(f'server = "{home.house.origin}"\nname = "Attic"\nradios = []\n')
    waiting = asyncio.create_task(Enrolment(tmp_path, home.house.origin, "Attic", "test").token())
    while not (tmp_path / "enrol.json").exists():
        assert not waiting.done()
        await asyncio.sleep(0.05)
    code = json.loads((tmp_path / "enrol.json").read_text())["user_code"]
    _, found = await doctor(tmp_path)
    assert code in found["G40"]["text"]
    bridge = await phone.ask("post", "/api/bridges/enrol/approve", {"user_code": code})
    await asyncio.wait_for(waiting, 20)
    _, found = await doctor(tmp_path)
    assert found["G42"]["verdict"] == "ok"
    await phone.ask("delete", f"/api/bridges/{bridge['id']}")
    status, found = await doctor(tmp_path)
    assert (status, found["G42"]["verdict"]) == (1, "wrong"), found
    assert "revoked" in found["G42"]["text"]
