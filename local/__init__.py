"""The same stack on this machine: moto as AWS, simulators of Google Health and X."""
