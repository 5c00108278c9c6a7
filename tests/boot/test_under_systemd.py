"""One machine's life under a real systemd: both services installed, killed, hung, switched off, started, stopped, removed.

The tests stand in the order in which it is lived; the machine and what is installed on it is theirs together.
"""

import json
import time
from typing import Final

from tests.boot.house import BRIDGE, DATA, HOME, PERSON, PRODUCT, House
from tests.boot.system import CLONE, PYTHON
from tests.boot.tries import DISK
from tests.running import wait_until

WATCHED_S: Final = 4
"""In place of the unit's 15 s, so that a test need not wait so long."""
BESIDE: Final = f"/run/systemd/system/{BRIDGE}.d/test.conf"
TRIED: Final = HOME / "tried.json"
READ_ONLY: Final = ("/", "/etc", "/usr", "/var/lib", "/root", f"/home/{PERSON}", str(CLONE))
STOPPED_WITHIN_S: Final = 15
PARTS: Final = ("manage.py up", "valkey-server", "supervisor.web", "supervisor.worker", f"{DATA}/bridge")


def test_the_product_is_installed_started_and_ready(house: House) -> None:
    said = house.install_product()
    assert said.startswith("Installed and started: "), said
    if "sudo loginctl" in said:  # who may not say it of themselves is told what to type
        house.system.types(*said.split("sudo ")[1].split())
    house.wait_until_alive()
    assert house.product("ActiveState", "UnitFileState", "NoNewPrivileges", "NRestarts") == {
        "ActiveState": "active", "UnitFileState": "enabled", "NoNewPrivileges": "yes", "NRestarts": "0",
    }  # fmt: skip
    wait_until(lambda: all(house.processes(part) for part in PARTS), 20)
    main = house.product("MainPID")
    assert house.install_product().startswith("Installed already, as it is")
    assert house.product("MainPID") == main, "the same again is no restart"


def test_G50_G55_the_bridge_says_when_it_is_up_and_works_with_no_more_rights_than_it_needs(house: House) -> None:
    beside = house.system.path(BESIDE)
    beside.parent.mkdir(parents=True)
    tries = f"{PYTHON} -m tests.boot.tries {TRIED} {HOME} {' '.join(READ_ONLY)}"
    beside.write_text(f"[Service]\nWatchdogSec={WATCHED_S}\nExecStartPost={tries}\n")
    house.system.path(DISK).touch()
    said = house.install_bridge()
    assert said.startswith(f"Installed, and started as {PERSON}"), said
    assert house.bridge("Type", "ActiveState", "UnitFileState", "WatchdogUSec") == {
        "Type": "notify", "ActiveState": "active", "UnitFileState": "enabled", "WatchdogUSec": f"{WATCHED_S}s",
    }  # fmt: skip
    tried = json.loads(house.system.path(TRIED).read_text())
    assert tried == {
        f"writes {HOME}": "done",
        **{f"writes {folder}": "EROFS" for folder in READ_ONLY},
        "packets": "EAFNOSUPPORT",
        "code in memory": "EPERM", "another namespace": 1, "processes of others": 0, "sees the disk": False,
    }  # fmt: skip
    assert f"ok    G16  {BRIDGE} runs as {PERSON}, and starts with the machine" in house.doctor()
    assert house.let_bridge_in() == "NIRWeb Mock Panel", "heard by way of D-Bus, told over the line to the server"


def test_G51_who_is_killed_or_hangs_is_started_again(house: House) -> None:
    bridge, product = (one["MainPID"] for one in (house.bridge("MainPID"), house.product("MainPID")))
    parts = [one for part in PARTS for one in house.processes(part)]
    up_since_s = int(house.bridge("ActiveEnterTimestampMonotonic")["ActiveEnterTimestampMonotonic"]) / 1_000_000
    wait_until(lambda: time.monotonic() - up_since_s > 2 * WATCHED_S, 2 * WATCHED_S + 1)
    assert house.bridge("NRestarts") == {"NRestarts": "0"}, "signs of life came in time"
    house.kill("STOP", bridge)
    house.kill("KILL", product)
    wait_until(lambda: house.bridge("NRestarts", "ActiveState") == {"NRestarts": "1", "ActiveState": "active"}, 20)
    log = house.system.types("journalctl", "--no-pager", f"--unit={BRIDGE}")
    assert f"Watchdog timeout (limit {WATCHED_S}s)" in log
    assert "Fatal Python error: Aborted" in log, "where it hung"
    assert f"mind  G16  {BRIDGE} runs, but had to be started again (restarts: 1)" in house.doctor()
    wait_until(lambda: house.product("NRestarts") == {"NRestarts": "1"}, 20)
    house.wait_until_alive()
    assert not {*parts} & {one for part in PARTS for one in house.processes(part)}, "nothing of the first is left"


def test_both_start_with_the_machine_before_anybody_signs_in(house: House) -> None:
    assert house.system.power_off() < STOPPED_WITHIN_S
    house.system.start()
    house.wait_until_alive()
    assert "No sessions" in house.system.types("loginctl", "list-sessions")
    assert house.bridge("ActiveState") == {"ActiveState": "active"}


def test_a_stop_leaves_nothing_running(house: House) -> None:
    began_s = time.monotonic()
    house.as_person("systemctl", "--user", "stop", PRODUCT)
    assert time.monotonic() - began_s < STOPPED_WITHIN_S
    assert house.product("Result", "ActiveState") == {"Result": "success", "ActiveState": "inactive"}
    assert not [one for part in PARTS for one in house.processes(part)]
    house.system.types("systemctl", "stop", BRIDGE)
    assert house.bridge("Result", "ActiveState") == {"Result": "success", "ActiveState": "inactive"}
    assert f"WRONG G16  {BRIDGE} does not run (it is inactive)" in house.doctor()


def test_G57_what_is_removed_is_gone_and_the_data_stay(house: House) -> None:
    house.system.types("systemctl", "start", BRIDGE)
    assert house.as_person(PYTHON, "manage.py", "install-service", "--uninstall").startswith("Stopped and removed")
    assert house.in_project("-m", "ble_bridge", "uninstall-service").startswith("Stopped and removed")
    assert not house.processes("ble_bridge run")
    units = house.system.types("find", "/etc/systemd/system", f"/home/{PERSON}/.config/systemd", "-name", "nirweb*")
    assert units == ""
    assert house.product("LoadState") == house.bridge("LoadState") == {"LoadState": "not-found"}
    for kept in (DATA / "db.sqlite3", HOME / "token.json"):
        assert house.system.path(kept).exists()
