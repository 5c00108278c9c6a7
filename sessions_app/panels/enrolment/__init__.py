"""How a bridge gets its identity: RFC 8628 device grant, approved by an owner; rotated, hashed tokens (docs/bridge.md, B6)."""
