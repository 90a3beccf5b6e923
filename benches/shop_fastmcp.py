"""FastMCP over the same business API, as its documentation shows it: from_openapi, streamable HTTP."""

import json
import sys

import fastmcp
import httpx
from fastmcp import FastMCP

upstream, port, definition = sys.argv[1], int(sys.argv[2]), json.load(open(sys.argv[3]))
# Its cheapest way to answer: no sessions, no event stream around each answer, no line for each request.
fastmcp.settings.json_response = True
client = httpx.AsyncClient(base_url=upstream)
server = FastMCP.from_openapi(openapi_spec=definition, client=client, name="shop")
quiet = {"access_log": False, "log_level": "warning"}
server.run(transport="http", host="127.0.0.1", port=port, stateless_http=True, show_banner=False, uvicorn_config=quiet)
