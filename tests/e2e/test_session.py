"""A session when the world does not hold still: network, screen and server go and come back, and the lamp's true light judges."""

import os
import re
import signal
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from ble_bridge.virtual.observer import Observer
from tests.e2e.lamp import comes_on, goes_dark, lit, stays_dark, stays_lit
from tests.e2e.people import Person
from tests.patience import PATIENCE_S
from tests.running import Up, wait_until


@pytest.fixture
def visitor(person: Callable[..., Person], lamp: Observer) -> Person:
    """Somebody new, who has only to confirm the plan."""
    visitor = person("Visitor")
    visitor.tries_the_demo()
    visitor.sees("Virtual panel: no light.")
    return visitor


def _prepares(visitor: Person, minutes: str = "2") -> None:
    visitor.sets_up_a_session(minutes=minutes)
    visitor.confirms_eyewear()


def _runs(visitor: Person, lamp: Observer, minutes: str = "2") -> None:
    _prepares(visitor, minutes)
    visitor.holds_to_start()
    visitor.sees_it_running()
    comes_on(lamp)


def _stops(visitor: Person, lamp: Observer) -> None:
    visitor.press("Stop")
    goes_dark(lamp)
    visitor.sees_it_off()


def test_P7_it_says_within_5_s_that_nothing_is_known_when_the_network_is_lost(visitor: Person, lamp: Observer) -> None:
    _runs(visitor, lamp)
    stop = visitor.button("Stop").bounding_box()
    visitor.page.context.set_offline(True)
    visitor.page.evaluate("dispatchEvent(new Event('pageshow'))")  # which makes the app try an exchange
    visitor.sees("Not known", within_s=5)
    visitor.sees(re.compile("^The server is out of reach"))
    assert visitor.button("Stop").bounding_box() == stop, "whatever is said, Stop stays where the thumb is"
    visitor.sees(re.compile("The line to the server is lost"), within_s=1)  # not: the panel is silent
    stays_lit(lamp, for_s=6)  # the panel's own timer holds the plan, and the bridge has its line
    visitor.page.context.set_offline(False)
    visitor.sees("Running")
    assert visitor.button("Stop").bounding_box() == stop
    _stops(visitor, lamp)


def test_a_stop_without_network_is_said_so_and_sent_when_it_is_back(visitor: Person, lamp: Observer) -> None:
    _runs(visitor, lamp)
    visitor.page.context.set_offline(True)
    visitor.press("Stop")
    visitor.sees("Stop not sent yet")
    visitor.sees(re.compile("Switch it off at the wall"))
    assert lit(lamp)
    visitor.page.context.set_offline(False)
    goes_dark(lamp)
    visitor.sees_it_off()


def test_the_stop_is_on_every_screen_after_the_page_was_closed(visitor: Person, lamp: Observer) -> None:
    _runs(visitor, lamp)
    context = visitor.page.context
    visitor.page.close()
    visitor.page = context.new_page()
    visitor.goes("/")
    visitor.is_at("/session")  # opened anew, it leads back to what runs
    expect(visitor.button("Stop")).to_be_visible()
    for path in ("/log", "/progress", "/panels", "/settings"):
        visitor.goes(path)
        bar = visitor.page.get_by_role("complementary", name="Session in progress")
        expect(bar.get_by_role("button", name="Stop", exact=True)).to_be_visible()
        expect(bar).to_contain_text("Running")
    stays_lit(lamp, for_s=0.5)
    visitor.press("Stop")
    goes_dark(lamp)
    expect(visitor.page.get_by_role("complementary", name="Session in progress")).to_be_hidden()


def test_the_light_keeps_to_its_plan_while_the_server_is_killed(up: Up, visitor: Person, lamp: Observer) -> None:
    _runs(visitor, lamp, minutes="4")
    killed = up.part("supervisor.web")
    os.kill(killed, signal.SIGKILL)
    visitor.sees("Not known", within_s=6)
    wait_until(lambda: _part(up, "supervisor.web") not in {None, killed})
    visitor.sees("Running", within_s=2 * PATIENCE_S)
    assert [span for span in lamp.spans() if span.off_s is not None] == [], "it went dark in between"
    _stops(visitor, lamp)


def test_P7_a_server_that_hangs_is_not_laid_on_the_panel(up: Up, visitor: Person, lamp: Observer) -> None:
    _runs(visitor, lamp, minutes="4")
    hanging = up.part("supervisor.web")
    os.kill(hanging, signal.SIGSTOP)
    try:
        visitor.sees("Not known", within_s=5)
        visitor.sees(re.compile("Nothing is heard of the panel|The line to the server is lost"), within_s=1)
        expect(visitor.page.get_by_text("The panel reports")).to_have_count(0)  # what it said last is no longer known
        visitor.press("Stop")
        visitor.sees("Stop not sent yet")
        visitor.sees(re.compile("Switch it off at the wall"))
        assert lit(lamp)
    finally:
        os.kill(hanging, signal.SIGCONT)
    goes_dark(lamp)
    visitor.sees_it_off()


def _part(up: Up, words: str) -> int | None:
    try:
        return up.part(words)
    except ValueError:
        return None


def test_letting_go_early_does_nothing(visitor: Person, lamp: Observer) -> None:
    _prepares(visitor)
    button = _ready(visitor.page)
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box
    visitor.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for _ in range(3):
        visitor.page.mouse.down()
        visitor.page.wait_for_timeout(700)
        visitor.page.mouse.up()
        visitor.page.wait_for_timeout(100)
    button.focus()
    visitor.page.keyboard.down("Space")
    visitor.page.wait_for_timeout(700)
    visitor.page.keyboard.up("Space")
    stays_dark(lamp, for_s=3)
    assert lamp.spans() == []
    expect(button).to_be_visible()


@pytest.mark.parametrize("key", ["Space", "Enter"])
def test_a_key_held_starts(visitor: Person, lamp: Observer, key: str) -> None:
    _prepares(visitor)
    button = _ready(visitor.page)
    button.focus()
    visitor.page.keyboard.down(key)
    expect(button).to_be_hidden()
    visitor.page.keyboard.up(key)
    visitor.sees_it_running()
    comes_on(lamp)
    _stops(visitor, lamp)


def test_two_clicks_of_a_screen_reader_start_and_one_does_not(visitor: Person, lamp: Observer) -> None:
    _prepares(visitor)
    button = _ready(visitor.page)
    button.dispatch_event("click")  # as assistive technology does: no pointer, no key
    again = visitor.button("Press again to start")
    expect(again).to_be_visible()
    stays_dark(lamp, for_s=2)
    again.dispatch_event("click")
    visitor.sees_it_running()
    comes_on(lamp)
    _stops(visitor, lamp)


def _ready(page: Page) -> Locator:
    button = page.get_by_role("button", name="Hold to start", exact=True)
    expect(button).to_have_attribute("aria-disabled", "false")
    return button


def test_it_ends_by_the_panels_own_timer_and_says_that_the_panel_confirmed_it(visitor: Person, lamp: Observer) -> None:
    _runs(visitor, lamp, minutes="0.2")
    visitor.sees(re.compile(r"The planned time is over\. The panel confirms that it is off"))
    (span,) = lamp.spans()
    assert not lit(lamp)
    assert span.off_s is not None
    assert 11 <= span.off_s - span.on_s <= 13


def test_it_says_that_the_panels_own_button_ended_it(visitor: Person, lamp: Observer) -> None:
    _runs(visitor, lamp)
    lamp.button()
    goes_dark(lamp)
    visitor.sees(re.compile(r"It was switched off at the panel\. The panel confirms that it is off"))
    visitor.sees("How was it?")
