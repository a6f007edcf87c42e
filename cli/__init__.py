"""What people type. `./daily` starts it, and sets the clone up first if need be."""

# Puts the package that the functions share on the path.
import stacks  # noqa: F401
