"""Strict stand-ins for the remote APIs, written from their documentation, never from this program."""
