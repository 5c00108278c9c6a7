from django.apps import AppConfig


class SessionsAppConfig(AppConfig):
    name = "sessions_app"
    verbose_name = "NIRWeb"

    def ready(self) -> None:
        from sessions_app.accounts import closing
        from sessions_app.panels import signals
        from sessions_app.reminders import wiring as reminders
        from sessions_app.screening import services as screening
        from sessions_app.therapy import wiring

        closing.connect()
        screening.connect()
        signals.connect()
        wiring.connect()
        reminders.connect()
