"""One household with everything in it, and five callers. Things are made when a case first names them."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils import timezone

from sessions_app.accounts import invitations
from sessions_app.accounts.models import Household, User
from sessions_app.localtime import day_of
from sessions_app.panels.enrolment import services, tokens
from sessions_app.panels.enrolment.models import Enrolment
from sessions_app.panels.models import Bridge, Panel, Sighting
from sessions_app.sync import phones
from sessions_app.therapy.start import Started
from tests import factories
from tests.conftest import Browser
from tests.push.browser import BrowserKeys
from tests.sessions_app import scene
from tests.sessions_app.reminders import making

CALLERS = ("owner", "member", "stranger", "anonymous", "revoked")


@dataclass
class World:
    """Alice's household: whatever a route's path or body names here is hers. `caller` is who asks."""

    alice: User
    bob: User
    charlie: User
    household: Household
    caller: str = "owner"
    revoked_token: str = field(default_factory=tokens.new_token)

    # ── Things ───────────────────────────────────────────────────────────────────────────────────────────────────────
    @cached_property
    def bridge(self) -> Bridge:
        return scene.a_bridge(self.household, name="Canary bridge")

    @cached_property
    def panel(self) -> Panel:
        return scene.a_panel(self.bridge, name="Canary panel")

    @cached_property
    def enrolment(self) -> Enrolment:
        """A bridge that waits to be let in, by whoever owns a household and knows the code."""
        return services.ask("device code", "Somebody's bridge", "nirweb 0.1", "", timezone.now())

    @cached_property
    def invitation_id(self) -> UUID:
        """Into her household, and open."""
        return invitations.make(self.alice, self.household.pk, timezone.now()).invitation.pk

    @cached_property
    def code(self) -> str:
        """Of an invitation into a household where none of them is."""
        elsewhere = factories.household(name="Elsewhere")
        dora = factories.owner_of(elsewhere, email="dora@example.org", display_name="Dora")
        return invitations.make(dora, elsewhere.pk, timezone.now()).code

    @cached_property
    def sighting(self) -> Sighting:
        """A panel that her bridge found lately."""
        other = scene.found_panel(identity=scene.identity(serial="NV-0002", address="F0:F1:F2:F3:F4:F6"))
        scene.saw(self.bridge, other)
        return Sighting.objects.get(bridge=self.bridge)

    @cached_property
    def file(self) -> str:
        """A profile of her own, in her bridge's folder."""
        return scene.an_own_profile(self.bridge, file="canary.toml").file

    @cached_property
    def started(self) -> Started:
        """A session of Alice, asked for and not yet lit."""
        scene.answers(self.alice)
        return scene.started(self.alice, scene.a_plan(self.panel))

    @cached_property
    def subscription_id(self) -> UUID:
        """Of her phone, which is reminded."""
        return making.a_phone(self.alice, BrowserKeys(), name="Canary phone").pk

    @cached_property
    def phone_id(self) -> UUID:
        """Another phone that she is signed in on."""
        return phones.id_of(factories.signed_in(self.alice))

    @cached_property
    def due(self) -> dict[str, Any]:
        """Her course, today."""
        now = timezone.now()
        course = making.a_course(self.alice, now)
        return {"regimen_id": str(course.pk), "day": day_of(now, self.alice.zone).isoformat(), "minutes": 10}

    @property
    def household_id(self) -> UUID:
        return self.household.pk

    @property
    def user_id(self) -> UUID:
        """The one who is not its owner."""
        return self.bob.pk

    @property
    def bridge_id(self) -> UUID:
        return self.bridge.pk

    @property
    def panel_id(self) -> UUID:
        return self.panel.pk

    @property
    def session_id(self) -> UUID:
        return self.started.session.pk

    @cached_property
    def plan(self) -> dict[str, Any]:
        """A modest plan for her panel, of people who answered the questions."""
        for person in (self.alice, self.bob):
            scene.answers(person)
        return scene.a_plan(self.panel).model_dump(mode="json")

    def ticket(self) -> str:
        """For the plan: the caller's own where they may have one, else one of Alice that they got hold of."""
        who = self.browser if self.caller in {"owner", "member"} else Browser(self.alice)
        told: str = who.send("post", "/api/therapy/check", self.plan).json()["ticket"]
        return told

    # ── Callers ──────────────────────────────────────────────────────────────────────────────────────────────────────
    @cached_property
    def browser(self) -> Browser:
        """The caller's browser. The revoked bridge has no session: only a token that was good once."""
        if self.caller == "revoked":
            gone = scene.a_bridge(self.household)
            tokens.keep(gone, self.revoked_token, tokens.new_token(), timezone.now())
            Bridge.objects.filter(pk=gone.pk).update(revoked_at=timezone.now())
        return Browser(self.people.get(self.caller))

    @property
    def people(self) -> dict[str, User]:
        return {"owner": self.alice, "member": self.bob, "stranger": self.charlie}

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.revoked_token}"} if self.caller == "revoked" else {}

    def path(self, template: str) -> str:
        """`/api/bridges/{bridge_id}` with the world's own id."""
        parts = template.split("/")
        return "/".join(str(getattr(self, part[1:-1])) if part.startswith("{") else part for part in parts)

    def secrets(self) -> set[str]:
        """What the caller must not find in any answer."""
        if self.caller == "owner":
            return {"bob@example.org", "charlie@example.org"}
        if self.caller == "member":
            return {"alice@example.org"}
        return {"Alice", "alice@example.org", "Bob", "bob@example.org", "Canary", str(self.household.pk)}


def find(text: str, secrets: set[str]) -> list[str]:
    return sorted(secret for secret in secrets if secret in text)
