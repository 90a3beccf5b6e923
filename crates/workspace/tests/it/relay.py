"""A real SMTP server for tests: prints its port, then one line of JSON for each mail it was given.

Mail to later@ is deferred once, mail to never@ is refused.
"""

import asyncio
import email
import email.policy
import json

from aiosmtpd.smtp import SMTP


class Relay:
    def __init__(self):
        self.deferred = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("never@"):
            return "550 5.1.1 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        answer = "250"
        if envelope.rcpt_tos[0].startswith("later@") and mail["Message-ID"] not in self.deferred:
            self.deferred.add(mail["Message-ID"])
            answer = "451"
        print(
            json.dumps(
                {
                    "from": envelope.mail_from,
                    "to": envelope.rcpt_tos,
                    "subject": mail["Subject"],
                    "message_id": mail["Message-ID"],
                    "kinds": [part.get_content_type() for part in mail.iter_parts()],
                    "html": mail.get_body(("html",)).get_content(),
                    "body": mail.get_body(("plain",)).get_content().replace("\r\n", "\n"),
                    "answer": answer,
                }
            ),
            flush=True,
        )
        return f"{answer} done"


async def main():
    relay = Relay()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(relay, enable_SMTPUTF8=True), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
