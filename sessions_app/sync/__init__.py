"""The one door for what phones wrote offline. The rules stand, numbered, in docs/sync.md."""
