"""The bridge alone as a service of its machine: a unit of systemd, or an agent of launchd (docs/running-a-bridge.md, G50-G59)."""
