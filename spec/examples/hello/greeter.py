import ringsnake
from greeter_gen import GreeterServer


class Greeter:
    def greet(self, names: list[str]) -> str:
        return f"Hello {' and '.join(names)}, from Python"


ringsnake.serve(GreeterServer(Greeter()))
