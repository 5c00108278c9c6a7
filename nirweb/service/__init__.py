"""`up` as a service of this machine: started when it starts, and again when it fails (docs/service.md)."""
