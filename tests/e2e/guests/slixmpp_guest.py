#!/usr/bin/python3
"""A guest on slixmpp, over plain TCP: an ordinary XMPP client that knows nothing of Jitsi.

Reads one line of JSON (what to do), prints one line of JSON (what happened), and
stays until its standard input ends.
"""

import asyncio
import json
import sys

from slixmpp import ClientXMPP
from slixmpp.exceptions import IqError, PresenceError

import plaintext

DEADLINE = 15
REFUSED = "{urn:roompass:0}refused"
MUC_PART = "{http://jabber.org/protocol/muc}x"


async def connect(plan):
    """Logs in with the plan's account, or anonymously if it has none."""
    client = ClientXMPP(plan["jid"], plan.get("password") or "")
    client["feature_mechanisms"].unencrypted_plain = True
    client.register_plugin("xep_0045")
    client.register_plugin("xep_0199")
    started = asyncio.get_event_loop().create_future()
    client.add_event_handler("session_start", lambda _: started.set_result(None))
    plaintext.connect(client, plan["port"])
    await asyncio.wait_for(started, DEADLINE)
    return client


async def join(client, plan):
    muc = client["xep_0045"]
    destroyed = []
    client.add_event_handler("groupchat_presence", lambda presence: destroyed.extend(
        presence.xml.iter("{http://jabber.org/protocol/muc#user}destroy")))
    try:
        presence, _, occupants, _ = await muc.join_muc_wait(plan["room"], plan["nick"], maxstanzas=0, timeout=DEADLINE,
            password=plan.get("roomPassword"), presence_options={"pfrom": client.boundjid})
    except PresenceError as refusal:
        return error_report(refusal.presence)
    except asyncio.TimeoutError:
        return {"outcome": "refused" if destroyed else "unreachable", "form": "destroy" if destroyed else None}
    await client["xep_0199"].ping(plan["domain"])
    names = [occupant["from"].resource for occupant in occupants]
    return {"outcome": "admitted", "occupants": names, "affiliation": presence["muc"]["affiliation"]}


def error_report(presence):
    error = presence.xml.find("{jabber:client}error")
    refused = error.find(REFUSED)
    return {
        "outcome": "refused",
        "form": "error",
        "condition": presence["error"]["condition"],
        "text": presence["error"]["text"],
        "code": None if refused is None else refused.get("code"),
        "hasRoomPart": presence.xml.find(MUC_PART) is not None,
    }


async def claim_ownership(client, plan):
    """Tries to lock the room with a password, as only its owner may."""
    form = client["xep_0004"].make_form(ftype="submit")
    form.add_field(var="FORM_TYPE", ftype="hidden", value="http://jabber.org/protocol/muc#roomconfig")
    form.add_field(var="muc#roomconfig_passwordprotectedroom", value="1")
    form.add_field(var="muc#roomconfig_roomsecret", value="locked")
    try:
        await client["xep_0045"].set_room_config(plan["room"], form)
    except IqError as refusal:
        return refusal.condition
    return "result"


async def visit(plan):
    client = await connect(plan)
    report = await join(client, plan)
    if plan.get("claimsOwnership"):
        report["ownerRequest"] = await claim_ownership(client, plan)
    return client, report


async def main():
    loop = asyncio.get_event_loop()
    plan = json.loads(await loop.run_in_executor(None, sys.stdin.readline))
    client, report = await visit(plan)
    print(json.dumps(report), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    await client.disconnect()


asyncio.get_event_loop_policy().get_event_loop().run_until_complete(main())
