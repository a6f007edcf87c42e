"""A file for each command, named as it is typed; no command imports another. What they share is beside this folder."""
