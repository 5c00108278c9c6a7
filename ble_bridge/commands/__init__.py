"""What a person types: profiles looked at and tried, the air looked at, recordings made and read."""
