"""A device in the air that no profile knows: said so on screen, with the timer and the log as the way, and never written to."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from ble_bridge.virtual.observer import Observer
from tests.e2e.people import Person


def test_B33_a_device_without_a_profile_is_shown_with_the_timer_as_the_way(
    person: Callable[..., Person], lamp: Observer, shots: Path
) -> None:
    lamp.guest("stranger", on=True)
    visitor = person("Visitor")
    visitor.tries_the_demo()
    visitor.sees("Virtual panel: no light.")
    visitor.goes("/panels/add")
    found = visitor.page.get_by_role("listitem").filter(has_text="Mood Lamp 7")
    expect(found).to_contain_text("No profile fits this device, so it is not run from here.")
    expect(found).to_contain_text("The timer works with any panel.")
    expect(found.get_by_role("button")).to_have_count(0)
    visitor.page.screenshot(path=shots / "unknown-found-390.png", full_page=True)

    found.get_by_role("link", name="What can be done").click()
    expect(visitor.page.get_by_role("heading", name="Not known yet")).to_be_visible()
    visitor.sees("Mood Lamp 7 is not run from here.")
    visitor.sees("profile try panel.toml")
    visitor.page.screenshot(path=shots / "unknown-390.png", full_page=True)
    visitor.follow("Use the timer")
    visitor.is_at("/timer")
    assert lamp.state()["guests"]["stranger"]["writes"] == 0, "an unknown device is never written to"
    assert lamp.spans() == []
