"""A real SMTP server (aiosmtpd) that prints each mail, parsed by Python's own MIME reader, as a line of JSON."""
import asyncio, email, email.policy, json, ssl, sys
from aiosmtpd.smtp import SMTP, AuthResult

mode, cert, key, mechanism = sys.argv[1:5]
REFUSED = {"dead": "550 5.1.1 no such user", "full": "452 4.2.2 mailbox full", "policy": "550 5.7.1 refused by policy", "plainold": "550 unknown user"}

class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        local = address.split("@")[0]
        if local in REFUSED:
            return REFUSED[local]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = [mail] if not mail.is_multipart() else list(mail.iter_parts())
        print(json.dumps({
            "sender": envelope.mail_from, "recipients": envelope.rcpt_tos, "user": session.login_data,
            "tls": session.ssl is not None or mode == "tls", "headers": {k: str(v) for k, v in mail.items()},
            "parts": [{"type": p.get_content_type(), "text": p.get_content()} for p in parts],
            "defects": [str(d) for p in [mail, *parts] for d in p.defects],
            "longest": max(len(line) for line in envelope.content.split(b"\r\n")),
            "raw": envelope.content.decode("utf-8"),
        }), flush=True)
        return "250 2.0.0 queued as Q1"

def authenticate(server, session, envelope, name, data):
    ok = data.login == b"sender" and data.password == "geheim密".encode()
    session.login_data = data.login.decode()
    return AuthResult(success=ok, handled=False)

def factory():
    context = None
    if mode == "starttls":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(cert, key)
    exclude = [m for m in ("PLAIN", "LOGIN") if mechanism != "both" and m != mechanism]
    return SMTP(Handler(), enable_SMTPUTF8=True, tls_context=context, require_starttls=mode == "starttls", authenticator=authenticate,
                auth_required=mechanism != "none", auth_require_tls=mode == "starttls", auth_exclude_mechanism=exclude)

async def main():
    context = None
    if mode == "tls":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(cert, key)
    server = await asyncio.get_running_loop().create_server(factory, "127.0.0.1", 0, ssl=context)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()

asyncio.run(main())
