"""What stands between a panel's bytes and the runner: the profile interpreter and the rare driver written by hand. Pure."""
