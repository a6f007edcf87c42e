"""What `./daily doctor` looks at. Each check tells its findings as it makes them, and changes nothing."""
