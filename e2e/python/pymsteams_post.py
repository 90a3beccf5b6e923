"""Posts with pymsteams as its users do, and prints what the client made of the answer."""

import asyncio
import json
import sys

import pymsteams

job = json.load(sys.stdin)


def fill(card):
    if job["kind"] == "card":
        card.title(job["text"])
        card.text("Build **4711** passed")
        card.color("0076D7")
        card.addLinkButton("Open", "https://ci.example.test/4711")
        section = pymsteams.cardsection()
        section.activityTitle("Ada Lovelace")
        section.addFact("Duration", "3 min")
        card.addSection(section)
    elif job["kind"] == "text":
        card.text(job["text"])
    elif job["kind"] == "empty":
        pass
    elif job["kind"] == "big":
        card.text("x" * 30_000)
    elif job["kind"] == "foreign":
        card.payload = {"zen": job["text"], "hook_id": 1}
    else:
        raise SystemExit(f"no such kind: {job['kind']}")
    return card


try:
    if job["mode"] == "async":
        card = fill(pymsteams.async_connectorcard(job["url"]))
        asyncio.run(card.send())
        verdict = "ok:True"
    else:
        verdict = f"ok:{fill(pymsteams.connectorcard(job['url'])).send()}"
except Exception as error:  # what the client raises is what we came to see
    verdict = f"raises {type(error).__name__}: {error}"
print(json.dumps({"verdict": verdict}))
