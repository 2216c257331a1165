"""Connects slixmpp without TLS, whichever version of it is installed: on loopback there are no certificates."""


def connect(client, port):
    if hasattr(client, "enable_plaintext"):  # slixmpp 1.9 and later
        client.enable_starttls = client.enable_direct_tls = False
        client.enable_plaintext = True
        client.connect("127.0.0.1", port)
    else:
        client.connect(("127.0.0.1", port), disable_starttls=True)
