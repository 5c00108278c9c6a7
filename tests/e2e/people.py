"""What people do on the phone, step by step, by what they see: names of buttons, fields and headings."""

import re
import uuid
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

from tests.patience import PATIENCE_S

PASSWORD = "warm light on a grey morning"
EVERY_DAY = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass
class Person:
    name: str
    page: Page
    origin: str = ""
    """Needed only where the browser was not told it."""
    email: str = field(init=False)

    def __post_init__(self) -> None:
        self.email = f"{self.name.lower()}-{uuid.uuid4().hex[:8]}@example.org"

    # ── Small things ─────────────────────────────────────────────────────────────────────────────────────────────────
    def goes(self, path: str) -> None:
        self.page.goto(self.origin + path)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def press(self, name: str) -> None:
        self.button(name).click()

    def follow(self, link: str) -> None:
        self.page.get_by_role("link", name=link, exact=True).first.click()

    def mark(self, name: str) -> None:
        self.page.get_by_role("checkbox", name=name).check()

    def choose(self, name: str) -> None:
        self.page.get_by_role("radio", name=name).check()

    def choose_exactly(self, name: str) -> None:
        self.page.get_by_role("radio", name=name, exact=True).check()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def sees(self, words: str | re.Pattern[str], *, within_s: float = PATIENCE_S) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible(timeout=within_s * 1000)

    def is_at(self, path: str) -> None:
        expect(self.page).to_have_url(re.compile(re.escape(path) + "$"))

    # ── The way in ───────────────────────────────────────────────────────────────────────────────────────────────────
    def tries_the_demo(self) -> None:
        self.goes("/")
        self.press("Try the virtual panel")

    def signs_up(self) -> None:
        self.goes("/join")
        self.fill("E-mail address", self.email)
        self.fill("Password", PASSWORD)
        self.press("Create account")
        self.agrees()

    def agrees(self) -> None:
        """And stays until it is said to the server."""
        self.fill("Your first name", self.name)
        self.press("I agree that it is kept")
        expect(self.page.get_by_role("heading", name="Health questions")).to_be_visible()

    def signs_in(self) -> None:
        self.goes("/signin")
        self.fill("E-mail address", self.email)
        self.fill("Password", PASSWORD)
        self.press("Sign in")
        expect(self.page.get_by_role("navigation", name="Main")).to_be_visible()

    def answers_the_health_questions(self, *conditions: str) -> None:
        """Marks these conditions where they are asked, and on every other step that none of it applies."""
        self.goes("/screening")
        left = list(conditions)
        expect(self.page.get_by_text(re.compile(r"Step 1 of \d+"))).to_be_visible()
        count = int(self.page.get_by_text(re.compile(r"Step 1 of \d+")).inner_text().split()[-1])
        for step in range(1, count + 1):
            expect(self.page.get_by_text(f"Step {step} of {count}")).to_be_visible()
            boxes = self.page.get_by_role("checkbox")
            here = [one for one in left if self.page.get_by_role("checkbox", name=one).count()]
            for one in here:
                self.mark(one)
                left.remove(one)
            if not here:
                boxes.last.check()
            self.press("See what it means" if step == count else "Continue")
        assert left == [], f"nobody asked about {left}"
        self.is_at("/screening/outcome")

    def begins_a_course(self, *, site: str = "Left arm", time: str | None = None) -> None:
        """Fine lines, every day, so that it is due today, up to how much light. `time`: "HH:MM"; None: as it is proposed."""
        self.goes("/plan")
        self.choose("The look of fine lines, tone and firmness")
        self.press("Continue")
        self.mark(site)
        for day in EVERY_DAY:
            self.mark(day)
        if time:
            self.fill("At what time?", time)
        self.press("Continue")

    def plans_a_course(
        self, *, site: str = "Left arm", minutes: str = "1", distance: str = "20", time: str | None = None
    ) -> None:
        self.begins_a_course(site=site, time=time)
        self.fill("Distance", distance)
        self.fill("Time", minutes)
        self.press("Set this course")
        self.sees("Your course is set.")

    # ── The panel ────────────────────────────────────────────────────────────────────────────────────────────────────
    def lets_the_bridge_in(self, link: str) -> None:
        self.goes(link)
        self.press("It is mine, let it in")
        self.is_at("/panels")

    def lets_the_found_panel_blink(self) -> None:
        """The only one that is found and can be run."""
        self.goes("/panels/add")
        self.page.get_by_role("button", name="Let it blink").click()
        self.sees("Look which panel blinks")

    def adds_the_panel(self, name: str, strength: dict[str, str] | None) -> None:
        """`strength`: mW/cm² by wavelength at 20 cm, as the seller claims; None: not known."""
        self.chooses_the_panel(name, strength)
        self.is_at("/panels")
        self.sees(name)

    def chooses_the_panel(self, name: str, strength: dict[str, str] | None) -> None:
        """Up to its last button."""
        self.goes("/panels/add")
        self.page.get_by_role("button", name="This one").click()
        self.fill("Name", name)
        self.mark("These are the wavelengths of my panel")
        if strength is None:
            self.choose("Not known")
        else:
            self.choose("Claimed by the seller")
            self.fill("Distance", "20")
            for light, value in strength.items():
                self.fill(light, value)
            self.press("Enter strengths in W/m²")
            self.sees(re.compile(r"W/m² = [\d.]+ mW/cm²"))
            self.press("Enter strengths in mW/cm²")
        self.press("Add this panel")

    # ── A session ────────────────────────────────────────────────────────────────────────────────────────────────────
    def sets_up_a_session(self, *, site: str = "Left arm", minutes: str = "1", distance: str = "20") -> None:
        """The plan of a session, entered; where a course fills it in, it is changed."""
        self.page.goto("/session")
        first = self.page.get_by_role("checkbox", name=site)
        expect(first.or_(self.button("Change"))).to_be_visible()
        if not first.is_visible():
            self.press("Change")
        self.mark(site)
        self.fill("Distance", distance)
        self.fill("Time", minutes)
        self.press("That is right")

    def confirms_eyewear(self) -> None:
        self.mark("Everyone in this light wears eyewear")

    def holds_to_start(self, words: str = "Hold to start") -> None:
        button = self.button(words)
        expect(button).to_have_attribute("aria-disabled", "false")
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        assert box
        self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.page.mouse.down()
        expect(button).to_be_hidden()
        self.page.mouse.up()

    def sees_it_running(self) -> None:
        self.sees("Running")
        self.sees("The panel itself reports the light.")

    def sees_it_off(self, *, within_s: float = PATIENCE_S) -> None:
        self.sees(re.compile("The panel confirms that it is off"), within_s=within_s)

    # ── Afterwards ───────────────────────────────────────────────────────────────────────────────────────────────────
    def writes_a_session_down(self, *, site: str = "Neck", minutes: str = "5") -> None:
        self.goes("/log/new")
        self.writes_down_here(site=site, minutes=minutes)

    def writes_down_here(self, *, site: str, minutes: str) -> None:
        """On the form that stands open."""
        self.mark(site)
        self.fill("Lasted", minutes)
        self.press("Save")
        self.sees("Saved")

    def counts_with_the_timer(self, *, site: str) -> None:
        """Begins, switches the panel off at once, and finds it in the log."""
        self.goes("/timer")
        expect(self.page.get_by_role("checkbox", name=site)).to_be_visible()
        for box in self.page.get_by_role("checkbox").all():
            box.uncheck()
        self.mark(site)
        self.mark("Everyone in this light wears eyewear")
        self.fill("Time", "5")
        self.press("Start counting")
        self.sees("Counting")
        self.page.wait_for_timeout(1000)  # shorter is no session
        self.press("I switched it off")
        self.sees("Written into the log")

    def checks_in_with_swelling(self, *, site: str = "Left arm") -> None:
        self.goes("/checkin")
        self.mark(site)
        self.page.get_by_role("group", name="Swelling").get_by_role("radio", name="a little").check()
        self.sees(re.compile("no start for 24 hours"))
        self.press("Save the check-in")
        self.sees("Check-in saved")
