"""What tests of the running product share: a real server, a real receiver, a small journey with short waits."""
