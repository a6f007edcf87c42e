"""The system that this project replaces, as far as it is measured here: one way to ask, and what it has to import."""
