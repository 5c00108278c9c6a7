"""When: the next time of each course, claimed when it is due and sent to the person's phones by Web Push."""
