"""From the moment that a reminder is due to its being shown, the page closed, in a stock Chromium; and what a worker can send.

Beat, worker, pywebpush, TLS and the browser's push are real; the vendor's back end and the desktop that shows notifications run
beside this. Measured once on SQLite and once on PostgreSQL.
"""

import contextlib
import json
import random
import re
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from nirweb.bootstrap.phone_app import PhoneApp
from tests.bench.clone import Clone
from tests.bench.figures import Figure
from tests.bench.memory import pss_mb
from tests.e2e.mortal import MortalPhone
from tests.e2e.people import Person
from tests.e2e.push.conftest import allow_notifications
from tests.e2e.push.desktop import Desktop, desktop
from tests.e2e.push.vendor import Vendor
from tests.push import postgres, stack
from tests.push.authority import Authority
from tests.push.background import background
from tests.push.service import running as push_service
from tests.push.stack import Stack
from tests.running import PROJECT, wait_until

COUNT: Final = 100
OVER_S: Final = 60
MESSAGES: Final = 1000
PHONES: Final = 10

PLAN: Final = """
    import json
    from datetime import timedelta
    from django.utils import timezone
    from sessions_app.accounts.models import User
    from sessions_app.localtime import day_of
    from sessions_app.reminders import due
    from tests.sessions_app.reminders import making

    user, now, told = User.objects.get(), timezone.now(), {{}}
    for number, after_s in enumerate({after_s}):
        course = making.a_course(user, now, minutes=1 + number / 10)
        at = due.snooze(course, day_of(now, user.zone), 10, now + timedelta(seconds=after_s) - timedelta(minutes=10))
        told[f"{{course.minutes:g}}"] = at.timestamp()
    print(json.dumps(told))
"""
SEND: Final = """
    import os, time
    from datetime import timedelta
    from pathlib import Path
    from django.utils import timezone
    from sessions_app.base import new_id
    from sessions_app.localtime import day_of
    from sessions_app.reminders import deliveries, push
    from sessions_app.reminders.models import Delivery
    from tests import factories
    from tests.push.browser import BrowserKeys
    from tests.push.network import leading_to
    from tests.sessions_app.reminders import making

    push.network = leading_to({port}, Path(os.environ["NIRWEB_TEST_PUSH_AUTHORITY"]).read_text())
    user, now = factories.owner_of(factories.household()), timezone.now()
    phones = [making.a_phone(user, BrowserKeys()) for _ in range({phones})]
    course = making.a_course(user, now, local_time=f"{{now:%H:%M}}", days=list(range(7)))
    Delivery.objects.bulk_create([
        Delivery(id=new_id(), subscription=phones[number % len(phones)], regimen=course, occurrence=new_id(),
                 day=day_of(now, user.zone),
                 due_at=now, snoozed=True, stale_at=now + timedelta(hours=2), next_try_at=now)
        for number in range({messages})
    ])
    begun_s, worked_s = time.perf_counter(), time.process_time()
    deliveries.deliver()
    taken_s, worked_s = time.perf_counter() - begun_s, time.process_time() - worked_s
    assert Delivery.objects.filter(outcome="sent").count() == {messages}
    print(round({messages} / taken_s), round(worked_s * 1000 / {messages}, 2))
"""


def measure(_clone: Clone, seed: int) -> list[Figure]:
    """The tests' own rig runs on this very tree."""
    PhoneApp(PROJECT).build()
    chance = random.Random(seed)
    late_s, memory_mb = {}, {}
    for database in ("SQLite", "PostgreSQL"):
        late_s[database], memory_mb[database] = _shown(database, chance)
    every = [one for some in late_s.values() for one in some]
    details = {
        **{f"{database}_s": _shares(some) for database, some in late_s.items()},
        "worker_mb_before_and_after_the_first_message": memory_mb,
        "messages_a_second_of_one_worker_and_its_processor_ms_for_each": _rate(),
    }
    return [Figure("reminder due to shown, page closed (p99)", _shares(every)["p99"], 2, "s", len(every), details)]


def _shares(values_s: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(values_s, n=100, method="inclusive")
    return {"p50": round(cuts[49], 2), "p99": round(cuts[98], 2), "max": round(max(values_s), 2)}


@contextlib.contextmanager
def _address(database: str) -> Iterator[str | None]:
    with postgres.database() if database == "PostgreSQL" else contextlib.nullcontext() as url:
        yield url


def _shown(database: str, chance: random.Random) -> tuple[list[float], list[float]]:
    """How late each was, and the worker's memory before and after."""
    with background() as behind, desktop(behind) as shown, _address(database) as url, tempfile.TemporaryDirectory() as folder:
        vendor = Vendor()
        behind.wait(vendor.start())
        with stack.running(vendor.send_port, vendor.authority.pem, url) as server, sync_playwright() as playwright:
            profile = Path(folder) / "profile"
            allow_notifications(profile, server.origin)
            phone = MortalPhone(playwright, profile, server.origin, arguments=vendor.arguments, environment=shown.environment)
            try:
                before_mb = pss_mb(server.pid("worker"))
                found = _remind(phone, server, shown, chance)
                return found, [before_mb, pss_mb(server.pid("worker"))]
            finally:
                phone.kill()
                behind.call(vendor.stop)


def _remind(phone: MortalPhone, server: Stack, shown: Desktop, chance: random.Random) -> list[float]:
    person = Person("Ada", phone.start(), server.origin)
    person.signs_up()
    person.goes("/settings/reminders")
    person.press("Remind me on this phone")
    person.sees("This phone reminds you.")
    person.page.close()
    after_s = sorted(chance.uniform(5, 5 + OVER_S) for _ in range(COUNT))
    due: dict[str, float] = json.loads(server.python(PLAN.format(after_s=after_s)).splitlines()[-1])
    wait_until(lambda: len(shown.seen) >= COUNT, OVER_S + 60)
    found: dict[str, float] = {}
    for one in shown.seen:
        minutes = re.match(r"[0-9.]+", one.body)
        assert minutes, one
        found.setdefault(minutes[0].rstrip("."), one.at_s - due[minutes[0]])
    assert len(shown.seen) == len(found) == COUNT, "each is shown once"
    return list(found.values())


def _rate() -> list[float]:
    """Encrypted, signed, sent over TLS and kept, with the push service on the same machine."""
    authority = Authority()
    with push_service(authority) as service, stack.running(service.port, authority.pem, web=False) as server:
        server.kill_worker()
        said = server.python(SEND.format(port=service.port, phones=PHONES, messages=MESSAGES))
        return [float(one) for one in said.splitlines()[-1].split()]
