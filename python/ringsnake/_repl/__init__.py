"""What `ringsnake repl` needs in Python: a prompt like Python's own."""
