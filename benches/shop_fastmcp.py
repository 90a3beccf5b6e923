"""FastMCP over the same business API, as its documentation shows it: from_openapi, streamable HTTP."""

import json
import sys

import httpx
from fastmcp import FastMCP

upstream, port, definition = sys.argv[1], int(sys.argv[2]), json.load(open(sys.argv[3]))
client = httpx.AsyncClient(base_url=upstream)
server = FastMCP.from_openapi(openapi_spec=definition, client=client, name="shop")
server.run(transport="http", host="127.0.0.1", port=port, stateless_http=True, json_response=True, show_banner=False)
