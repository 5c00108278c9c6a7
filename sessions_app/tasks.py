"""The face that gathers the slices' tasks, and the ticks that start them."""

from typing import Final

from sessions_app.accounts import tasks as accounts
from sessions_app.reminders import tasks as reminders
from sessions_app.sync import tasks as sync
from sessions_app.therapy import tasks as therapy

TICKS: Final = {
    "delete old sign-ins": {"task": accounts.delete_old_sessions, "schedule": 6 * 3600.0},
    "delete guests whose time is over": {"task": accounts.delete_expired_guests, "schedule": 600.0},
    "erase accounts that were closed a week ago": {"task": accounts.erase_closed_accounts, "schedule": 600.0},
    "clear away what no phone needs any more": {"task": sync.clear_away, "schedule": 86_400.0},
    "close what nobody reports": {"task": therapy.sweep, "schedule": 5.0},
    "remind of what is due": {"task": reminders.remind, "schedule": 1.0},
    "put the due table right": {"task": reminders.mend, "schedule": 3_600.0},
    "forget what scans found and what was done": {"task": therapy.forget, "schedule": 300.0},
}
"""Name → task and seconds between ticks. Beat only ticks: never an entry for one person, never a task far in the future.

No task is asked for its name here: that would finish Celery's set-up, which reads this table, while it is still being made.
"""
