from celery import shared_task

from sessions_app import clock
from sessions_app.panels import expiry
from sessions_app.therapy import closing


@shared_task
def sweep() -> None:
    """Close what expired and end what nobody reports. Can start nothing: an import contract holds that."""
    closing.sweep(clock.now())


@shared_task
def forget() -> None:
    expiry.forget(clock.now())
