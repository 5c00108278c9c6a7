"""What: aims, their evidence, and a course of treatment."""
