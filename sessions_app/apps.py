from django.apps import AppConfig


class SessionsAppConfig(AppConfig):
    name = "sessions_app"
    verbose_name = "NIRWeb"

    def ready(self) -> None:
        from sessions_app.panels import signals
        from sessions_app.therapy import wiring

        signals.connect()
        wiring.connect()
