"""Who: user, household, consent."""
