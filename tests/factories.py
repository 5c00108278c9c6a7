"""Things as they are stored, for tests. Each is whole and allowed; a test changes what it is about."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from sessions_app.accounts.models import Household, Membership, User
from sessions_app.panels.models import Bridge, Panel

PASSWORD = "a lamp in the evening"


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    display_name = factory.Sequence(lambda n: f"Person {n}")
    zone = "Europe/Berlin"
    password = factory.django.Password(PASSWORD)


class HouseholdFactory(DjangoModelFactory):
    class Meta:
        model = Household

    name = "Home"


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    household = factory.SubFactory(HouseholdFactory)
    user = factory.SubFactory(UserFactory)
    role = Membership.Role.MEMBER


class BridgeFactory(DjangoModelFactory):
    class Meta:
        model = Bridge

    household = factory.SubFactory(HouseholdFactory)
    name = "Bridge at home"
    software = "nirweb 0.1"


class PanelFactory(DjangoModelFactory):
    """A measured panel with the open profile: red and near infrared, with a dead-man."""

    class Meta:
        model = Panel

    bridge = factory.SubFactory(BridgeFactory)
    household = factory.SelfAttribute("bridge.household")
    name = "Panel in the hall"
    identity = factory.Sequence(
        lambda n: {
            "address": f"C0:FF:EE:00:{n // 256 % 256:02X}:{n % 256:02X}",
            "serial": f"TEST-{n:04}",
            "gatt_fingerprint": "a" * 64,
            "profile": "open-panel-1",
            "profile_hash": "b" * 64,
        }
    )
    channels = factory.LazyFunction(lambda: [channel(660), channel(850)])
    safety = Panel.Safety.DEADMAN
    confirm = Panel.Confirm.TOKEN


def channel(wavelength_nm: int) -> dict[str, Any]:
    """40 mW/cm² at 15 cm, 30 at 30 cm, 12 at 60 cm, as a lab measured it."""
    table = [{"distance_cm": distance, "irradiance_mw_cm2": value} for distance, value in ((15, 40), (30, 30), (60, 12))]
    return {"wavelength_nm": wavelength_nm, "min_pct": 10, "max_pct": 100, "irradiance": table, "provenance": "lab"}


def bridge(household: Household, **fields: Any) -> Bridge:
    made: Bridge = BridgeFactory.create(household=household, **fields)
    return made


def panel(bridge: Bridge, **fields: Any) -> Panel:
    made: Panel = PanelFactory.create(bridge=bridge, **fields)
    return made


def household(**fields: Any) -> Household:
    made: Household = HouseholdFactory.create(**fields)
    return made


def owner_of(household: Household, **fields: Any) -> User:
    return member_of(household, Membership.Role.OWNER, **fields)


def member_of(household: Household, role: Membership.Role = Membership.Role.MEMBER, **fields: Any) -> User:
    user: User = UserFactory.create(**fields)
    MembershipFactory.create(household=household, user=user, role=role)
    return user
