"""People and households for tests; what stands in a household is in `sessions_app/scene.py`."""

from typing import Any

import factory
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client
from factory.django import DjangoModelFactory

from sessions_app.accounts.models import Household, Membership, User

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


def signed_in(user: User, **fields: Any) -> UserSession:
    """Another browser that this person is signed in on, as allauth notes it."""
    phone = Client()
    phone.force_login(user)
    key = phone.cookies[settings.SESSION_COOKIE_NAME].value
    return UserSession.objects.create(user=user, session_key=key, ip="127.0.0.1", user_agent="A phone", **fields)


def household(**fields: Any) -> Household:
    made: Household = HouseholdFactory.create(**fields)
    return made


def owner_of(household: Household, **fields: Any) -> User:
    return member_of(household, Membership.Role.OWNER, **fields)


def member_of(household: Household, role: Membership.Role = Membership.Role.MEMBER, **fields: Any) -> User:
    """Somebody who has been through the app's first steps, and so has agreed that records of their health are kept."""
    user: User = UserFactory.create(**fields)
    user.consents.create(version="2026-1")
    MembershipFactory.create(household=household, user=user, role=role)
    return user
