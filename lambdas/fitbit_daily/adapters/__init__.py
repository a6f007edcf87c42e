"""The outside world: AWS, the source of the numbers, X. Only here is a request ever made."""
