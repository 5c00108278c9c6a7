"""A light panel that exists only in software, and the radio between it and the bridge. For the demo and for tests.

`model` is the panel's firmware and knows no Bluetooth; `panel` puts it behind a Bluetooth server; `radio` is the air; `port`
offers the bridge's side of the air as a socket; `backend` lets bleak use that socket; `observer` tells what the lamp truly does.
"""
