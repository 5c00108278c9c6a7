"""A panel that misbehaves in a run: the screen claims nothing that the panel has not said, and sends the person to the wall."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from ble_bridge.virtual.observer import Observer
from tests.e2e.lamp import comes_on, goes_dark, lit, stays_lit
from tests.e2e.people import Person

WALL = re.compile(r"[Ss]witch it off at the wall")
CLAIMS_OFF = re.compile("confirms that it is off")


@pytest.fixture
def visitor(person: Callable[..., Person], lamp: Observer) -> Person:
    """Somebody whose session on the demo's panel is running, on both arms."""
    visitor = person("Visitor")
    visitor.tries_the_demo()
    visitor.sees("Virtual panel: no light.")
    visitor.sets_up_a_session(site="Right arm", minutes="2")  # beside the left one
    visitor.confirms_eyewear()
    visitor.holds_to_start()
    visitor.sees_it_running()
    comes_on(lamp)
    return visitor


def test_P7_D2_D3_a_mute_panel_is_not_known_within_5_s_and_its_dose_is_an_upper_bound(
    visitor: Person, lamp: Observer, shots: Path
) -> None:
    lamp.fault("mute", on=True)
    visitor.sees(re.compile("^(Not known|The panel reports a fault|Off not confirmed)$"), within_s=5)
    visitor.sees(WALL)
    visitor.button("Stop").or_(visitor.button("Stop again")).click()
    visitor.sees(re.compile("Off is not confirmed by the panel yet|The panel has not said that it is off"))
    visitor.sees(WALL)
    goes_dark(lamp)  # its dead-man: nothing that is written reaches it
    time.sleep(2)
    expect(visitor.page.get_by_text(CLAIMS_OFF)).to_have_count(0)  # it is off, and it has not said so
    lamp.fault("mute", on=False)
    visitor.sees(CLAIMS_OFF)
    visitor.press("Later")
    visitor.goes("/log")
    visitor.sees(re.compile(r"up to [\d.]+ J/cm²"))
    visitor.page.get_by_text("What each place has had").click()
    places = visitor.page.get_by_role("listitem").filter(has_text="24 hours:")
    had = [re.sub(r"^\w+ arm", "", text) for text in places.all_inner_texts()]
    assert len(had) == 2, had
    assert had[0] == had[1], "a session counts in full for each of its places [D3]"
    visitor.page.screenshot(path=shots / "log-upper-bound-390.png", full_page=True)
    visitor.page.get_by_role("link", name=re.compile("Left arm and right arm")).click()
    visitor.sees("The panel did not report all of this session.")
    visitor.sees(re.compile(r"up to [\d.]+ J/cm²"))
    visitor.page.screenshot(path=shots / "entry-upper-bound-390.png", full_page=True)


def test_a_stop_that_leaves_one_channel_lit_is_not_confirmed(visitor: Person, lamp: Observer) -> None:
    lamp.fault("stuck_channel", on=True)
    visitor.press("Stop")
    visitor.sees(re.compile("Off not confirmed|The panel reports a fault|Off is not confirmed by the panel yet"))
    visitor.sees(WALL)
    stays_lit(lamp, for_s=3)
    assert len(lit(lamp)) == 1
    expect(visitor.page.get_by_text(CLAIMS_OFF)).to_have_count(0)
    expect(visitor.button("Stop").or_(visitor.button("Stop again"))).to_be_visible()
    lamp.fault("stuck_channel", on=False)
    goes_dark(lamp)
    visitor.sees(CLAIMS_OFF)


def test_a_panel_that_lost_its_power_is_not_said_to_run(visitor: Person, lamp: Observer) -> None:
    lamp.power_cycle()
    goes_dark(lamp)
    expect(visitor.page.get_by_text("The panel itself reports the light.")).to_be_hidden(timeout=5_000)
    visitor.sees(re.compile(r"^(Off\.?|Not known|Off not confirmed)$"))
    visitor.sees("Off")
