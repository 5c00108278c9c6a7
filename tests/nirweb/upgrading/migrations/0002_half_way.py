"""Outside of a transaction, as large changes are made: without the snapshot its first half would stay."""

from typing import Any

from django.db import migrations


def fail(apps: Any, schema_editor: Any) -> None:
    raise ValueError("this version has a fault")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("sessions", "0001_initial")]
    operations = [
        migrations.RunSQL("DELETE FROM sessions_app_household"),
        migrations.RunSQL("CREATE TABLE half_way (n INTEGER)"),
        migrations.RunPython(fail),
    ]
