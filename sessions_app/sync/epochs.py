"""One unbroken history of the database [Y53]."""

import uuid

from sessions_app.problems import Problem
from sessions_app.sync.models import Epoch


def current() -> uuid.UUID:
    found = Epoch.objects.values_list("epoch", flat=True).first()
    return found or Epoch.objects.get_or_create(id=1)[0].epoch


def renew() -> uuid.UUID:
    """Begin a new history: after a restore, or when a cursor shows that the database went back."""
    epoch = uuid.uuid4()
    Epoch.objects.update_or_create(id=1, defaults={"epoch": epoch})
    return epoch


def changed() -> Problem:
    return Problem(
        410,
        "epoch_changed",
        "This server was restored from a backup.",
        "The app reads everything again and gives back what the server lacks.",
    )
