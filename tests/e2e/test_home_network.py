"""Reached at home: a browser that trusts only the home's authority, and an app that is carried over to another address."""

import datetime
import json
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Playwright, expect

from nirweb.home import authority, kept
from nirweb.home.certificates import Certificates
from tests.e2e.home import LAN, HomePhone, tls_proxy
from tests.e2e.people import PASSWORD, Person
from tests.patience import PATIENCE_S, START_S
from tests.running import free_port, running

OWN = "lamp.example.org"


class House:
    """The home's data folder and ports, which stay; `up` comes and goes."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.port, self.https, self.page, self.own = (free_port() for _ in range(4))
        self.first = ("--no-demo", "--lan", LAN, "--https-port", str(self.https), "--page-port", str(self.page))

    @property
    def name(self) -> str:
        lan = kept.load(self.data).lan
        assert lan
        return lan.name

    @property
    def origin(self) -> str:
        return f"https://{self.name}:{self.https}"

    @property
    def root(self) -> Path:
        return Certificates(self.data, self.name).root


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
def phone(_playwright: Playwright, house: House, tmp_path: Path) -> Callable[[], HomePhone]:
    """`phone()`, once the home has a name: it finds it as mDNS would tell it."""
    return lambda: HomePhone(_playwright, tmp_path / "phone", {house.name: LAN, OWN: "127.0.0.1"})


def _trust_page(context: BrowserContext, house: House, said: str) -> Page:
    page = context.new_page()
    page.goto(f"http://{LAN}:{house.page}/")
    expect(page.locator("#said")).to_contain_text(said)
    return page


def _trusts_the_home(phone: HomePhone, house: House, shots: Path) -> None:
    with phone.opened() as context:
        page = _trust_page(context, house, "Not yet: this phone does not trust the certificate")
        expect(page.get_by_role("link", name="Open NIRWeb")).to_be_hidden()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=shots / f"trust-390-{scheme}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    phone.trust("home", house.root)


def _is_an_app(page: Page, house: House) -> None:
    """Secure context, service worker in charge, nothing that hinders installing."""
    assert page.evaluate("navigator.serviceWorker.ready.then(one => one.scope)") == f"{house.origin}/"
    errors = page.context.new_cdp_session(page).send("Page.getInstallabilityErrors")
    assert errors["installabilityErrors"] == []


def _refuses_what_the_home_may_not_sign(page: Page, house: House, folder: Path) -> None:
    """A thief of the home's key makes a certificate for another name: this browser, which trusts the home, does not take it."""
    home = Certificates(house.data, house.name).prepare(datetime.datetime.now(datetime.UTC))
    forged = authority.issue(home, datetime.datetime.now(datetime.UTC), OWN)
    (folder / "forged.pem").write_bytes(forged.chain + forged.key)
    port = free_port()
    another = page.context.new_page()
    with tls_proxy(folder / "forged.pem", port, house.port), pytest.raises(Error, match="ERR_CERT"):
        another.goto(f"https://{OWN}:{port}/")
    another.close()


def _writes_with_no_network(grace: Person, minutes: str) -> None:
    grace.goes("/settings")
    grace.sees("Everything on this phone is on the server too.")
    grace.goes("/log/new")
    grace.page.context.set_offline(True)
    grace.mark("Neck")
    grace.fill("Lasted", minutes)
    grace.press("Save")
    grace.sees("Saved")


def _carries_over_by_link(grace: Person, new: str, shots: Path) -> None:
    """The old address still answers, but its sign-in is over: the entry goes along in the link."""
    grace.page.context.clear_cookies()
    grace.page.context.set_offline(False)
    grace.goes("/")
    grace.sees("Your NIRWeb has a new address")
    grace.page.screenshot(path=shots / "moved-banner-390.png")
    _told_on_the_way_in(grace, shots)
    grace.follow("Carry your things over")
    grace.sees("1 entry is only on this phone, and goes along.")
    grace.page.screenshot(path=shots / "moved-390.png", full_page=True)
    grace.follow("Open the new address")
    grace.page.wait_for_url(f"{new}/arrive")
    assert "#" not in grace.page.url, "what was carried is gone from the address at once"


def _told_on_the_way_in(grace: Person, shots: Path) -> None:
    """To who is signed out in that app, too."""
    page = grace.page.context.new_page()
    page.goto(f"{grace.origin}/")
    who = page.evaluate("localStorage.getItem('nirweb.me')")
    page.evaluate("localStorage.removeItem('nirweb.me')")
    page.reload()
    expect(page.get_by_role("heading", name="Know what your light does.")).to_be_visible()
    expect(page.get_by_text("Your NIRWeb has a new address")).to_be_visible()
    page.screenshot(path=shots / "moved-welcome-390.png", full_page=True)
    page.evaluate("who => localStorage.setItem('nirweb.me', who)", who)
    page.close()


def _takes_them_in(grace: Person, new: str, shots: Path) -> None:
    grace.origin = new
    grace.page.goto(f"{new}/signin?then=/arrive")
    grace.fill("E-mail address", grace.email)
    grace.fill("Password", PASSWORD)
    grace.press("Sign in")
    grace.sees("1 entry not sent yet")
    grace.page.screenshot(path=shots / "arrive-390.png", full_page=True)
    grace.press("They are mine, take them in")
    grace.sees("1 entry taken in")
    grace.goes("/settings")
    grace.sees("Everything on this phone is on the server too.")
    grace.goes("/log")
    expect(grace.page.get_by_role("link", name="17 min")).to_be_visible()


def _carries_over_by_file(grace: Person, house: House, folder: Path) -> None:
    """The old address answers no more: its app still opens, and saves a file, which the new one takes in once."""
    grace.page.context.set_offline(True)
    grace.page.goto(f"{house.origin}/moved")
    with grace.page.expect_download() as download:
        grace.press("Save the file")
    file = folder / "entries.json"
    download.value.save_as(file)
    grace.page.context.set_offline(False)
    grace.goes("/arrive")
    grace.page.get_by_label("The file that the other app saved").set_input_files(file)
    grace.press("They are mine, take them in")
    grace.sees("All of it was here already")


def _believes_its_proxy(house: House) -> None:
    """One that asks in clear for what it was asked by https, as proxies do."""
    told = {"Host": f"{OWN}:{house.own}", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
    asked = urllib.request.Request(f"http://127.0.0.1:{house.port}/api/bridges/enrol/endpoints", headers=told)
    with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:
        assert json.load(answer)["token_endpoint"].startswith(f"https://{OWN}:{house.own}/")


@pytest.mark.timeout(600)
def test_H10_H20_H21_H32_H40_H45_an_app_at_home_is_trusted_installed_and_carried_to_another_address(
    house: House, phone: Callable[[], HomePhone], tmp_path: Path, shots: Path
) -> None:
    new = f"https://{OWN}:{house.own}"
    with ExitStack() as stack, ExitStack() as before:
        before.enter_context(running(house.data, *house.first, port=house.port, patience_s=START_S))
        hers = phone()
        _trusts_the_home(hers, house, shots)
        own = Certificates(tmp_path / "own", OWN)  # stands for a public authority
        own.prepare(datetime.datetime.now(datetime.UTC))
        hers.trust("own", own.root)
        page = _trust_page(stack.enter_context(hers.opened()), house, "It worked")
        page.get_by_role("link", name="Open NIRWeb").click()
        page.wait_for_url(f"{house.origin}/")
        _is_an_app(page, house)
        _refuses_what_the_home_may_not_sign(page, house, tmp_path)
        grace = Person("Grace", page, house.origin)
        grace.signs_up()
        _writes_with_no_network(grace, "17")
        before.close()
        stack.enter_context(tls_proxy(own.leaf, house.own, house.port))
        up = stack.enter_context(running(house.data, "--no-demo", "--url", new, port=house.port, patience_s=START_S))
        assert f"    {new}" in up.lines
        _believes_its_proxy(house)
        _carries_over_by_link(grace, new, shots)
        _takes_them_in(grace, new, shots)
        _carries_over_by_file(grace, house, tmp_path)
