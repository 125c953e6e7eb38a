"""The command line: thin over the API and the runtime."""
