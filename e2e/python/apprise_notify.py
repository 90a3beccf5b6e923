"""Notifies through apprise, and prints what the client made of the answer."""

import json
import sys

import apprise

job = json.load(sys.stdin)
hub = apprise.Apprise()
added = hub.add(job["url"])
answered = bool(added) and hub.notify(title=job["title"], body=job["body"])
print(json.dumps({"added": bool(added), "verdict": "ok" if answered else "fails"}))
