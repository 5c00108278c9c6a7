"""A panel's hours of light come from what its sessions delivered, everybody's together; its dates are kept as they were said."""

from datetime import UTC, datetime

from sessions_app.accounts.models import User
from sessions_app.changes.models import Change
from sessions_app.panels.models import Panel
from sessions_app.panels.passport import light_hours
from sessions_app.sync.served import panels
from tests.conftest import Browser
from tests.sessions_app.therapy.test_history import panel, session

__all__ = ["panel"]


def test_L1_it_adds_up_the_hours_of_light_of_all_sessions(alice: User, bob: User, panel: Panel) -> None:
    assert light_hours(panel) == 0
    for person, on_s in ((alice, 5400.0), (bob, 1800.0), (bob, 0.0)):
        session(person, panel, datetime.now(UTC), on_s=on_s)
    assert light_hours(panel) == 2.0


def test_L3_its_dates_come_back_as_they_were_kept_and_go_to_the_phones(alice: User, panel: Panel) -> None:
    browser, path = Browser(alice), f"/api/panels/{panel.pk}/passport"
    said = {"purchased_on": "2026-01-02", "warranty_until": "2028-01-01", "measure_again_on": None}
    assert browser.send("put", path, said).status_code == 200
    assert browser.send("get", path).json() == {**said, "light_hours": 0.0}
    assert Change.objects.filter(entity="panel", row_id=panel.pk).exists(), "phones pull it, to have it without the server"
    served = panels(panel.household_id, [panel.pk])[panel.pk]
    assert {field: served[field] for field in said} == said
    wrong = browser.send("put", path, {**said, "warranty_until": "2025-12-31"})
    assert wrong.status_code == 422
    assert [one["field"] for one in wrong.json()["errors"]] == ["warranty_until"]
    assert browser.send("get", path).json()["warranty_until"] == "2028-01-01"
