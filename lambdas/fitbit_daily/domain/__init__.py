"""The rules, free of AWS and HTTP: data in, data out, the time passed in."""
