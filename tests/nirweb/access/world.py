"""One household with everything in it, and five callers. Things are made when a case first names them."""

import uuid
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils import timezone

from sessions_app.accounts.models import Household, User
from sessions_app.base import new_id
from sessions_app.panels.enrolment import services, tokens
from sessions_app.panels.enrolment.models import Enrolment
from sessions_app.panels.models import Bridge, Panel
from sessions_app.therapy.models import Session
from sessions_app.therapy.view import stop_token
from tests import factories
from tests.conftest import Browser
from tests.sessions_app import scene

CALLERS = ("owner", "member", "stranger", "anonymous", "revoked")


@dataclass
class World:
    """Alice's household: whatever a route's path or body names here is hers."""

    alice: User
    bob: User
    charlie: User
    household: Household
    revoked_token: str = field(default_factory=tokens.new_token)

    found_id: str = "0123456789abcdef"

    @cached_property
    def bridge(self) -> Bridge:
        """Its line is open, and it has just found a panel."""
        bridge = scene.a_bridge(self.household, name="Canary bridge")
        scene.saw(bridge, scene.found_panel(found_id=self.found_id, identity=scene.identity(serial="Canary found")))
        return bridge

    @cached_property
    def panel(self) -> Panel:
        return scene.a_panel(self.bridge, name="Canary panel")

    @cached_property
    def session(self) -> Session:
        """Alice has asked for a start."""
        scene.answers(self.alice)
        return scene.started(self.alice, scene.a_plan(self.panel)).session

    @property
    def session_id(self) -> uuid.UUID:
        return self.session.pk

    @property
    def stop_token(self) -> str:
        return stop_token(self.session, 1)

    def plan(self) -> Any:
        return scene.a_plan(self.panel).model_dump(mode="json")

    def late_start(self) -> Any:
        return {"plan": self.plan(), "ticket": "x", "eyewear_confirmed": True, "run_no": 1}

    def pairing(self) -> Any:
        light = [{"wavelength_nm": nm, "irradiance": [], "provenance": "unknown"} for nm in (660, 850)]
        return {
            "id": str(new_id()),
            "bridge_id": str(self.bridge.pk),
            "found_id": self.found_id,
            "name": "Hall",
            "channels": light,
        }

    @cached_property
    def enrolment(self) -> Enrolment:
        """A bridge that waits to be let in, by whoever owns a household and knows the code."""
        return services.ask("device code", "Somebody's bridge", "nirweb 0.1", "", timezone.now())

    @property
    def bridge_id(self) -> uuid.UUID:
        return self.bridge.pk

    @property
    def panel_id(self) -> uuid.UUID:
        return self.panel.pk

    def path(self, template: str) -> str:
        """`/api/bridges/{bridge_id}` with the world's own id."""
        parts = template.split("/")
        return "/".join(str(getattr(self, part[1:-1])) if part.startswith("{") else part for part in parts)

    def headers(self, caller: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.revoked_token}"} if caller == "revoked" else {}

    def browser(self, caller: str) -> Browser:
        """The caller's browser. The revoked bridge has no session: only a token that was good once."""
        if caller == "revoked":
            gone = factories.bridge(self.household)
            tokens.keep(gone, self.revoked_token, tokens.new_token(), timezone.now())
            Bridge.objects.filter(pk=gone.pk).update(revoked_at=timezone.now())
        people = {"owner": self.alice, "member": self.bob, "stranger": self.charlie}
        return Browser(people.get(caller))

    def secrets(self, caller: str) -> set[str]:
        """What this caller must not find in any answer."""
        if caller == "owner":
            return {"bob@example.org", "charlie@example.org"}
        if caller == "member":
            return {"alice@example.org"}
        return {"Alice", "alice@example.org", "Bob", "bob@example.org", "Canary", str(self.household.pk)}


def find(text: str, secrets: set[str]) -> list[str]:
    return sorted(secret for secret in secrets if secret in text)
