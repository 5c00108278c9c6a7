"""What people do on the phone, step by step, by what they see: names of buttons, fields and headings."""

import uuid
from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

PASSWORD = "warm light on a grey morning"


@dataclass
class Person:
    name: str
    page: Page
    email: str = field(init=False)

    def __post_init__(self) -> None:
        self.email = f"{self.name.lower()}-{uuid.uuid4().hex[:8]}@example.org"

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button).click()

    def sees(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", name=heading)).to_be_visible()

    def tries_the_demo(self) -> None:
        self.page.goto("/")
        self.press("Try the virtual panel")

    def signs_up(self) -> None:
        self.page.goto("/join")
        self.page.get_by_label("E-mail address").fill(self.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.press("Create account")

    def signs_in(self) -> None:
        self.page.goto("/signin")
        self.page.get_by_label("E-mail address").fill(self.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.press("Sign in")
