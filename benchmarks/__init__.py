"""What a day costs: remote time, cold starts, money. `make bench` writes benchmarks/RESULTS.md."""

import stacks  # noqa: F401  it puts the runtime code on the path
