"""The rules of fitbit-daily, and the world outside them. Needs boto3 and the pins of lambdas/requirements.txt only."""

# CHANGELOG.md says what is new in it.
VERSION = "2.0.0"
