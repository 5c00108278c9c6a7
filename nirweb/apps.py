from django.apps import AppConfig


class NirwebConfig(AppConfig):
    """The shell is an app only for its management commands."""

    name = "nirweb"
    verbose_name = "NIRWeb's shell"
