#!/usr/bin/python3
"""A stand-in for Jicofo, Jitsi's focus, on one shard.

Listens where Jicofo does: as the component `focus.localhost` and as the client
`focus@auth.localhost/focus`. Whoever asks for a conference finds the focus in the
room first, as its owner, and is told `ready`. The focus leaves with the last guest.

Prints one line an event: `ready`, `conference ROOM` for every request that reached it.
"""

import argparse
import asyncio
import sys
from xml.etree import ElementTree

from slixmpp import ClientXMPP, ComponentXMPP
from slixmpp.xmlstream.handler import CoroutineCallback
from slixmpp.xmlstream.matcher import MatchXPath

import plaintext

CONFERENCE = "{http://jitsi.org/protocol/focus}conference"
MUC = "http://jabber.org/protocol/muc"
NICK = "focus"
JOIN_DEADLINE = 10


def say(*words):
    print(*words, flush=True)


class Focus:
    """Both sessions of one focus, and the rooms it is in."""

    def __init__(self, arguments):
        self.joins = {}
        self.leaving = {}
        self.occupants = {}
        self.client = ClientXMPP(f"focus@auth.{arguments.domain}/focus", arguments.password)
        self.client["feature_mechanisms"].unencrypted_plain = True
        self.client.add_event_handler("session_start", self.began)
        self.client.add_event_handler("presence", self.heard)
        self.component = ComponentXMPP(f"focus.{arguments.domain}", arguments.secret)
        self.sessions = [asyncio.Future(), asyncio.Future()]
        for session, stream in zip(self.sessions, (self.client, self.component)):
            stream.add_event_handler("session_start", lambda _, session=session: session.set_result(None))
            stream.add_event_handler("disconnected", self.lost)
            path = f"{{{stream.default_ns}}}iq/{CONFERENCE}"
            stream.register_handler(CoroutineCallback("conference", MatchXPath(path), self.asked))
        self.component.connect("127.0.0.1", arguments.component_port)
        plaintext.connect(self.client, arguments.client_port)

    async def ready(self):
        await asyncio.gather(*self.sessions)
        say("ready")

    def began(self, _):
        self.client.send_presence()

    def lost(self, _):
        sys.exit("the shard closed the connection")

    async def asked(self, iq):
        conference = iq.xml.find(CONFERENCE)
        room = conference.get("room")
        say("conference", room)
        try:
            await asyncio.wait_for(self.in_room(room), JOIN_DEADLINE)
        except (PermissionError, asyncio.TimeoutError) as problem:
            say("cannot join", room, problem)
            reply = iq.reply(clear=True).error()
            reply["error"]["condition"] = "internal-server-error"
        else:
            reply = iq.reply(clear=True)
            attributes = {"room": room, "ready": "true", "focusjid": self.client.boundjid.bare}
            reply.xml.append(ElementTree.Element(CONFERENCE, attributes))
        reply.send()

    async def in_room(self, room):
        """Returns once the focus is in the room; two requests share one join."""
        if room in self.leaving:
            await asyncio.shield(self.leaving[room])
        if room not in self.joins:
            self.joins[room] = asyncio.get_event_loop().create_future()
            self.occupants[room] = set()
            presence = self.client.make_presence(pto=f"{room}/{NICK}")
            presence.append(ElementTree.Element(f"{{{MUC}}}x"))
            presence.send()
        await asyncio.shield(self.joins[room])

    def heard(self, presence):
        room, nick = presence["from"].bare, presence["from"].resource
        if nick == NICK and presence["type"] == "unavailable" and room in self.leaving:
            self.leaving.pop(room).set_result(None)
            return
        if room not in self.joins:
            return
        if presence["type"] == "error":
            self.joins.pop(room).set_exception(PermissionError(presence["error"]["condition"]))
        elif nick == NICK and presence["type"] == "unavailable":
            self.joins.pop(room, None)
        elif nick == NICK:
            if not self.joins[room].done():
                self.joins[room].set_result(None)
        elif presence["type"] == "unavailable":
            self.guest_left(room, nick)
        else:
            self.occupants[room].add(nick)

    def guest_left(self, room, nick):
        self.occupants[room].discard(nick)
        if not self.occupants[room]:
            self.joins.pop(room)
            self.leaving[room] = asyncio.get_event_loop().create_future()
            self.client.send_presence(pto=f"{room}/{NICK}", ptype="unavailable")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--domain", default="localhost")
    parser.add_argument("--client-port", type=int, required=True)
    parser.add_argument("--component-port", type=int, required=True)
    parser.add_argument("--password", required=True, help="of focus@auth.DOMAIN")
    parser.add_argument("--secret", required=True, help="of the component focus.DOMAIN")
    return parser.parse_args()


async def main():
    focus = Focus(parse_arguments())
    await focus.ready()
    await asyncio.Future()


asyncio.get_event_loop_policy().get_event_loop().run_until_complete(main())
