"""An SMTP server that prints each mail it takes as one line of JSON, parsed by Python's own parser.

The first line it prints is its port. What it answers depends on the local part of the recipient:
later -> 451, nobody -> 550, full -> 452 after the data, spam -> 554 after the data,
slow -> an answer after the sender's patience, garbage -> no SMTP at all.
With the argument --auth it takes mail from user "usher" with password "right" only.
"""

import asyncio
import json
import sys
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import getaddresses

from aiosmtpd.smtp import SMTP, AuthResult


def recipients(mail):
    """The older parser: the newer one leaves a space between the encoded words of a long name."""
    line = mail["To"].replace("\r\n", "")
    return [
        {"name": str(make_header(decode_header(name))), "address": address}
        for name, address in getaddresses([line])
    ]


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        answers = {
            "later": "451 4.2.0 Greylisted, come back later",
            "nobody": "550 5.1.1 No such person here",
            "garbage": "what is this",
        }
        name = address.split("@")[0]
        if name == "slow":
            await asyncio.sleep(60)
        if name in answers:
            return answers[name]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        answers = {"full": "452 4.2.2 Mailbox full", "spam": "554 5.7.1 Looks like spam"}
        name = envelope.rcpt_tos[0].split("@")[0]
        if name in answers:
            return answers[name]
        mail = message_from_bytes(envelope.content, policy=policy.default)
        parts = [
            {
                "type": part.get_content_type(),
                "charset": part.get_content_charset(),
                "content": part.get_content(),
            }
            for part in mail.walk()
            if not part.is_multipart()
        ]
        arrived = {
            "envelope": {"from": envelope.mail_from, "to": envelope.rcpt_tos},
            "user": session.auth_data.login.decode() if session.auth_data else None,
            "type": mail.get_content_type(),
            "headers": [[name, str(value)] for name, value in mail.items()],
            "subject": str(mail["subject"]),
            "to": recipients(message_from_bytes(envelope.content)),
            "parts": parts,
            "defects": [str(d) for p in mail.walk() for d in p.defects],
            "longest_line": max(len(line) for line in envelope.content.split(b"\r\n")),
        }
        print(json.dumps(arrived), flush=True)
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    is_right = data.login == b"usher" and data.password == b"right"
    return AuthResult(success=is_right, handled=is_right, auth_data=data)


def session():
    if "--auth" in sys.argv:
        return SMTP(
            Handler(),
            hostname="sink.test",
            authenticator=authenticate,
            auth_required=True,
            auth_require_tls=False,
        )
    return SMTP(Handler(), hostname="sink.test")


async def main():
    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
