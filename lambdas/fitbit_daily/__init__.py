"""What the steps share: the rules (`domain`), the outside world (`adapters`), and the errors that end a step."""
