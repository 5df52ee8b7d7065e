"""What Schemathesis is told about this API beside its document: which ids there are, and how bytes are sent."""

import json
import os
import random

import schemathesis

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")

with open(os.environ["FUZZ_IDS"], encoding="utf-8") as file:
    KNOWN = json.load(file)

CHANCE = random.Random(7)


@schemathesis.hook
def before_call(context, case, kwargs):
    """Most made up ids are nobody's, so most requests ask for what there is."""
    if not isinstance(case.path_parameters, dict) or "id" not in case.path_parameters:
        return
    known = KNOWN.get(case.path.split("/{id}")[0], [])
    if known and CHANCE.random() < 0.8:
        case.path_parameters["id"] = CHANCE.choice(known)
