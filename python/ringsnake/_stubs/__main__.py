"""`python -m ringsnake._stubs`: describes modules as JSON. Started by `ringsnake stubs`, not by hand."""

import json
import os
import sys
import traceback

from ringsnake._stubs.describe import describe
from ringsnake._stubs.model import to_json


def main() -> None:
    # What a module prints while it is imported is not for who reads the answer.
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    request = json.loads(sys.argv[1])
    try:
        report = describe(
            request["modules"], recursive=request["recursive"], typeshed=request.get("typeshed")
        )
        text = json.dumps(to_json(report))
    except (Exception, SystemExit):
        text = json.dumps({"fault": traceback.format_exc()})
    answer.write(text)
    answer.flush()
    # Threads that modules start, and what they do at exit, are of no interest.
    os._exit(0)


main()
