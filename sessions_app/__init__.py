"""The domain: one folder (slice) for each capability. Read top to bottom they tell what a person does."""
