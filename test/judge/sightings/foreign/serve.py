"""Encodes what it is asked to, a line of JSON each way: {"encoder", "bytes", "seed"} to {"bytes"}.

The first line it says names its encoders, whether only text will do for them, and the libraries that it has not.
"""

import base64
import json
import random
import sys

from encoders import ENCODERS, MISSING, TEXT_ONLY


def say(what):
    print(json.dumps(what), flush=True)


say(
    {
        "encoders": [{"name": name, "textOnly": name in TEXT_ONLY} for name in ENCODERS],
        "missing": MISSING,
    }
)
for line in sys.stdin:
    asked = json.loads(line)
    packed = ENCODERS[asked["encoder"]](base64.b64decode(asked["bytes"]), random.Random(asked["seed"]))
    say({"bytes": base64.b64encode(packed).decode()})
