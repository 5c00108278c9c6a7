"""What keeps a bridge from working, and how to mend it. It looks, and changes nothing (docs/running-a-bridge.md, rules G)."""
