"""Pure: what server and bridge say to each other, and the hard limits. The only part that the server imports."""
