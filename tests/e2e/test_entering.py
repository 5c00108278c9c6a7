"""Step 2: from an empty app into it, without an account and with one."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.people import Person


def test_it_lets_a_visitor_in_without_an_account(person: Callable[..., Person]) -> None:
    visitor = person("Visitor")
    visitor.tries_the_demo()
    visitor.sees("Virtual panel: no light.")


def test_it_makes_an_account_and_finds_it_again(person: Callable[..., Person]) -> None:
    ada = person("Ada")
    ada.signs_up()
    ada.page.context.clear_cookies()
    ada.page.evaluate("localStorage.clear()")
    ada.signs_in()
    expect(ada.page.get_by_role("heading", name="Health questions")).to_be_visible()


def test_it_asks_for_the_home_screen_after_a_first_entry_without_a_course_too(person: Callable[..., Person]) -> None:
    ada = person("Ada")
    ada.signs_up()
    asked = ada.page.get_by_role("region", name="On your home screen")
    expect(asked).to_have_count(0)
    ada.writes_a_session_down()
    ada.goes("/")
    expect(asked.get_by_text("Keep NIRWeb at hand?")).to_be_visible()


def test_R25_a_tap_on_a_notification_leads_not_away_from_what_is_half_entered(person: Callable[..., Person]) -> None:
    ada = person("Ada")
    ada.signs_up()
    ada.goes("/log/new")
    ada.page.get_by_label("Lasted").fill("7")
    ada.page.evaluate(
        "() => navigator.serviceWorker.dispatchEvent(new MessageEvent('message', {data: {type: 'go', to: '/progress'}}))"
    )
    ada.sees("What you entered here is not saved yet.")
    expect(ada.page.get_by_label("Lasted")).to_have_value("7")
    ada.page.screenshot(path="shots/r25.png")
    ada.button("Leave anyway").click()
    expect(ada.page.get_by_role("heading", name="Progress", level=1)).to_be_visible()
