"""What people type. `./daily` starts it, and sets the clone up first if need be."""
