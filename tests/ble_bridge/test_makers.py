"""Panels of other makes, each by its profile: the real bridge and bleak over the virtual radio, judged by true light."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from ble_bridge.contract import wire
from ble_bridge.profiles.profile import ProfileError, parse
from ble_bridge.virtual.observer import Observer
from tests.ble_bridge.air import Air, dark, until, virtual_air
from tests.ble_bridge.profiles.example import changed, example
from tests.ble_bridge.scripted import PANEL, Bridge, ScriptedServer, clearance, find, start, watch


@dataclass(frozen=True)
class Make:
    radio: str
    profile: str
    named_nm: tuple[int, ...]
    """By the owner; of the example the profile names them."""
    safety: str
    confirm: str
    first: dict[int, int]
    then: dict[int, int]


MAKES = [
    Make("block", "blockbluelight-1", (630, 660, 810, 830, 850), "hw_timer", "status", {660: 60, 850: 40}, {630: 20, 660: 30}),
    Make("elk", "elk-bledom-1", (660,), "none", "none", {660: 50}, {660: 20}),
    Make("glow", "glow-example-1", (), "hw_timer", "status", {660: 50, 850: 40}, {660: 20, 850: 10}),
]


@pytest.fixture(scope="module")
def makers_air() -> Iterator[Air]:
    with virtual_air("block=blockbluelight", "elk=elk", "glow=glow") as air:
        yield air


@contextlib.asynccontextmanager
async def paired(folder: Path, air: Air, make: Make, *module: str) -> AsyncIterator[tuple[ScriptedServer, wire.FoundPanel]]:
    async with ScriptedServer().running() as server:
        bridge = Bridge(folder / "home", server, air, radio=make.radio, module=module or ("ble_bridge",))
        bridge.write_home()
        (bridge.folder / "profiles").mkdir()
        (bridge.folder / "profiles" / "glow.toml").write_text(example())
        await bridge.start()
        try:
            await server.until(lambda: server.online)
            found = await find(server)
            assert found.identity
            named = [wire.Channel(wavelength_nm=nm, min_pct=0, max_pct=100) for nm in make.named_nm]
            server.panels = [
                wire.PairedPanel(
                    panel_id=PANEL, name="Of another make", identity=found.identity, channels=found.channels or named
                )
            ]
            await server.send(wire.Panels(panels=server.panels))
            await watch(server)
            yield server, found
        finally:
            await bridge.end()
            assert "Traceback" not in bridge.folder.joinpath("log").read_text()


def gives(levels: dict[int, int]) -> dict[int, int]:
    return {nm: pct for nm, pct in levels.items() if pct}


async def shines(observer: Observer, levels: dict[int, int]) -> None:
    await until(observer, lambda state: gives(state["light"]) == levels, within_s=6)


@pytest.mark.parametrize("make", MAKES, ids=lambda make: make.radio)
async def test_F3_a_panel_of_another_make_is_found_started_changed_and_stopped(
    make: Make, makers_air: Air, tmp_path: Path
) -> None:
    observer = makers_air.observer(make.radio)
    observer.clear()
    wide = dict.fromkeys((*make.first, *make.then), 100)
    cleared = clearance(wavelengths_nm=sorted(wide), max_level_pct=wide, irradiance_mw_cm2=dict.fromkeys(wide, 10.0))
    async with paired(tmp_path, makers_air, make) as (server, found):
        assert (found.profile, found.safety, found.confirm) == (make.profile, make.safety, make.confirm)
        assert found.blinks == "never", "no profile of these names a way to blink, so the app offers none [B31]"
        assert [channel.wavelength_nm for channel in found.channels] == ([660, 850] if make.radio == "glow" else [])
        session = uuid4()

        result = await server.result(await server.order(start(session, levels_pct=make.first), cleared))
        shown = "running" if make.confirm == "status" else "commanded"
        assert (result.ok, result.code) == (True, "ok" if make.confirm == "status" else "commanded"), result
        await shines(observer, make.first)
        state = await server.state(lambda state: state.run == shown)
        assert state.sources == ("panel" if make.confirm == "status" else "commanded")
        if make.safety == "hw_timer":
            assert 50 < observer.state()["remaining_s"] <= 60, "the panel's own timer was set"

        levels = wire.SetLevelsArgs(session_id=session, panel_id=PANEL, levels_pct=make.then)
        await server.result(await server.order(levels))
        await shines(observer, {**make.first, **make.then})

        stopped = await server.result(await server.stop(PANEL, session))
        await until(observer, dark, within_s=3)
        assert (stopped.ok, stopped.code) == ((True, "ok") if make.confirm == "status" else (False, "not_confirmed")), stopped
        ended = await server.state(lambda state: state.run == "ended", 8)
        assert ended.off_confirmed is (make.confirm == "status")
        assert "running" not in {state.run for state in server.states} or make.confirm == "status", "never more than is proven"
        dose = await server.until(lambda: server.told("dose"))
        assert all(event.confirmed for event in dose) is (make.confirm == "status"), "its dose is an upper bound"
        assert len(observer.spans()) == 1


async def test_B51_a_panel_that_cannot_end_its_light_is_turned_off_when_nobody_says_that_they_are_there(
    makers_air: Air, tmp_path: Path
) -> None:
    make, asked_every_s = MAKES[1], 3
    observer = makers_air.observer(make.radio)
    observer.clear()
    async with paired(tmp_path, makers_air, make, "tests.ble_bridge.impatient", str(asked_every_s)) as (server, _found):
        session = uuid4()
        cleared = clearance(wavelengths_nm=[660], max_level_pct={660: 100}, irradiance_mw_cm2={660: 10.0})
        assert (await server.result(await server.order(start(session, levels_pct=make.first), cleared))).ok
        await shines(observer, make.first)
        for _ in range(2):
            await asyncio.sleep(asked_every_s - 1)
            await server.send(wire.StillHere(session_id=session))
        assert not dark(observer.state()), "who answers keeps it lit, longer than one silence may be"
        said_s = time.monotonic()
        await until(observer, dark, within_s=asked_every_s + 2)
        assert time.monotonic() - said_s > asked_every_s - 1
        ended = await server.state(lambda state: state.run == "ended", 8)
        assert (ended.end_reason, ended.off_confirmed) == ("unattended", False), "it cannot say that it is off"
        dose = await server.until(lambda: server.told("dose"))
        assert not any(event.confirmed for event in dose)


async def test_F5_a_channel_that_stays_on_keeps_off_unconfirmed(makers_air: Air, tmp_path: Path) -> None:
    make = MAKES[2]
    observer = makers_air.observer(make.radio)
    observer.clear()
    async with paired(tmp_path, makers_air, make) as (server, _found):
        session = uuid4()
        assert (await server.result(await server.order(start(session, levels_pct=make.first), clearance()))).ok
        observer.fault("stuck_channel", on=True)
        stopped = await server.result(await server.stop(PANEL, session))
        assert not stopped.ok
        assert not any(state.off_confirmed for state in server.states)
        observer.fault("stuck_channel", on=False)
        await server.state(lambda state: state.off_confirmed is True)


async def test_B31_a_device_that_no_profile_fits_is_listed_and_never_written_to(makers_air: Air, tmp_path: Path) -> None:
    observer = makers_air.observer("elk")
    observer.clear()
    observer.guest("stranger", on=True)
    async with paired(tmp_path, makers_air, MAKES[1]) as (server, _found):
        command = await server.order(wire.ScanArgs(duration_s=1))
        assert (await server.result(command)).ok
        seen = next(found for found in server.founds if found.command_id == command and found.done).panels
        stranger = next(panel for panel in seen if panel.name == "Mood Lamp 7")
        assert (stranger.profile, stranger.identity, stranger.channels) == (None, None, [])
        blink = await server.result(await server.order(wire.IdentifyArgs(found_id=stranger.found_id)))
        assert not blink.ok
        await asyncio.sleep(0.2)
        assert observer.state()["guests"]["stranger"]["writes"] == 0
    observer.clear()


MANY_FAULTS = (
    ("max_session_s = 1200", "max_session_s = 12"), ("gap_ms = 30", "gap_ms = 900"), ('write = "ffe1"', 'write = "FFE1"'),
    ("number = 2", "number = 2\ncolour = 1"), ("levels_are", "level_are"), ('["ffe1", "ffe2"]', '["ffe1", "FFE2"]'),
)  # fmt: skip


def faults_of(text: str) -> str:
    with pytest.raises(ProfileError) as error:
        parse(text.encode(), "profile")
    return str(error.value)


async def test_F61_a_profile_from_the_phone_is_read_strictly_and_used_at_the_next_scan(makers_air: Air, tmp_path: Path) -> None:
    makers_air.observer("glow").clear()
    async with ScriptedServer().running() as server:
        bridge = Bridge(tmp_path / "home", server, makers_air, radio="glow")
        bridge.write_home()
        await bridge.start()
        try:
            await server.until(lambda: server.online)

            async def given(text: str) -> wire.Result:
                return await server.result(await server.order(wire.AddProfileArgs(text=text)))

            unsound = await given(example().replace("gap_ms = 30", "gap_ms = 900"))
            assert (unsound.ok, unsound.code) == (False, "unsound")
            assert unsound.detail.startswith("profile:16: `gap_ms` is 900: write")
            several = await given(changed(*MANY_FAULTS))
            assert len(several.detail) > 300
            assert several.detail == faults_of(changed(*MANY_FAULTS)), "each whole, with its line and what to write"
            taken = await given(example().replace("glow-example-1", "elk-bledom-1"))
            assert "comes with the bridge" in taken.detail
            assert not list((bridge.folder / "profiles").glob("*")), "nothing of it is kept"
            kept = await given(example())
            assert (kept.ok, kept.detail) == (True, "Glow two")
            assert (await find(server)).profile == "glow-example-1"
        finally:
            await bridge.end()


async def test_F62_F63_F64_own_profiles_are_told_and_changed_but_not_under_a_panel(makers_air: Air, tmp_path: Path) -> None:
    makers_air.observer("glow").clear()
    async with ScriptedServer().running() as server:
        bridge = Bridge(tmp_path / "home", server, makers_air, radio="glow")
        bridge.write_home()
        (bridge.folder / "profiles").mkdir()
        (bridge.folder / "profiles" / "broken.toml").write_text("= no", encoding="utf-8")
        await bridge.start()
        try:
            await server.until(lambda: server.online and server.shelves == [["broken.toml"]])
            told = server.own["broken.toml"]
            assert (told.profile, told.text) == (None, "= no")
            assert told.faults.startswith("broken.toml:1")
            assert str(bridge.folder) not in told.faults

            async def done(args: wire.CommandArgs) -> str:
                return (await server.result(await server.order(args))).code

            assert await done(wire.AddProfileArgs(text=example())) == "ok"
            await server.until(lambda: server.shelves[-1] == ["broken.toml", "glow-example-1.toml"])
            assert server.own["glow-example-1.toml"].text == example()
            found = await find(server)
            assert found.identity
            await server.send(wire.Panels(panels=[wire.PairedPanel(
                panel_id=PANEL, name="Of another make", identity=found.identity, channels=found.channels
            )]))  # fmt: skip
            assert await done(wire.RemoveProfileArgs(file="glow-example-1.toml")) == "in_use"
            assert (
                await done(wire.AddProfileArgs(text=example().replace("max_session_s = 1200", "max_session_s = 600"))) == "in_use"
            )
            assert await done(wire.AddProfileArgs(text=example() + "# mended")) == "ok"
            assert server.own["glow-example-1.toml"].text.endswith("# mended")
            await server.send(wire.Panels(panels=[]))
            assert await done(wire.RemoveProfileArgs(file="glow-example-1.toml")) == "ok"
            assert server.shelves[-1] == ["broken.toml"]
            assert (bridge.folder / "profiles" / "glow-example-1.toml.removed").exists()
        finally:
            await bridge.end()


async def test_G60_the_doctors_findings_come_over_the_line_when_they_are_asked_for(makers_air: Air, tmp_path: Path) -> None:
    async with ScriptedServer().running() as server:
        bridge = Bridge(tmp_path / "home", server, makers_air, radio="glow")
        bridge.write_home()
        (bridge.folder / "profiles").mkdir()
        (bridge.folder / "profiles" / "broken.toml").write_text("= no", encoding="utf-8")
        await bridge.start()
        try:
            await server.until(lambda: server.online)
            assert (await server.result(await server.order(wire.DoctorArgs()), 30)).ok
            (checkup,) = server.checkups
            found = {one.rule: one for one in checkup.findings}
            assert found["G15"].verdict == "wrong"
            assert "broken.toml" in found["G15"].text
            assert found["G27"].verdict == "ok"
            assert "G14" not in found
            verdicts = [one.verdict for one in checkup.findings]
            assert verdicts == sorted(verdicts, key="wrong mind ok".index), "the worst first"
        finally:
            await bridge.end()
