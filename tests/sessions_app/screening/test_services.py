"""Answers for guests of the demo."""

from datetime import UTC, datetime

import pytest

from sessions_app.accounts.services import make_guest
from sessions_app.changes.models import Change
from sessions_app.screening.models import Screening
from sessions_app.therapy.decision import decide
from sessions_app.therapy.inputs import person_of
from tests.sessions_app.samples import PANEL, wish

pytestmark = pytest.mark.django_db


def test_it_answers_for_a_guest_that_nothing_applies() -> None:
    now = datetime.now(UTC)
    guest = make_guest(now)
    screening = Screening.objects.get(user=guest)
    assert screening.made_for_demo
    assert Change.objects.filter(scope_id=guest.pk, entity="screening", row_id=screening.pk).exists()
    assert decide(wish(), PANEL, person_of(guest, now), now).allowed


def test_it_gives_a_guest_no_way_around_any_rule() -> None:
    now = datetime.now(UTC)
    guest = person_of(make_guest(now), now)
    assert not decide(wish(eyewear=False), PANEL, guest, now).allowed
    assert not decide(wish(duration_s=1801), PANEL, guest, now).allowed
