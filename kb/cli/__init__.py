"""The command `kb`: parses, calls, prints. One module a command family, imported only when its command runs."""
