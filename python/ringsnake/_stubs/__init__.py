"""`ringsnake stubs`: what a module of Python has, told to who writes it down as TypeScript."""
