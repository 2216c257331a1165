#!/usr/bin/python3
"""Writes the vectors of this folder: one file a case, signed by another library than the one under test.

    apt install python3-cryptography && python3 make.py

Signatures are deterministic (RFC 8032), so a second run changes nothing.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import zlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HERE = pathlib.Path(__file__).parent
NOON = 1772366400  # 2026-03-01T12:00:00Z
ORDER = 2**252 + 27742317777372353535851937790883648493


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def text(value):
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class Key:
    def __init__(self, seed):
        self.private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        members = '{"crv":"Ed25519","kty":"OKP","x":"%s"}' % b64(self.public)
        self.kid = b64(hashlib.sha256(members.encode()).digest())[:8]

    def jwk(self, **more):
        return {"kty": "OKP", "crv": "Ed25519", "x": b64(self.public), "kid": self.kid, "use": "sig", "alg": "EdDSA"} | more


# RFC 8037 A.1, whose thumbprint is in A.3.
OURS = Key(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
THEIRS = Key(hashlib.sha256(b"somebody else").digest())
ROOT = Key(hashlib.sha256(b"root").digest())


def header(**more):
    return {"alg": "EdDSA", "kid": OURS.kid, "typ": "room+jwt"} | more


def claims(**more):
    all_claims = {
        "iss": "roompass", "aud": "jitsi", "room": "standup", "iat": NOON, "exp": NOON + 3600,
        "jti": "AQEBAQEBAQE", "context": {"user": {"name": "Ada", "affiliation": "member"}},
    } | more
    return {name: value for name, value in all_claims.items() if value is not None}


def raw(part):
    return part if isinstance(part, bytes) else text(part).encode()


def sign(head, payload, key=OURS):
    return sign_text(b64(raw(head)) + "." + b64(raw(payload)), key)


def sign_text(message, key=OURS):
    return message + "." + b64(key.private.sign(message.encode()))


def signature(token):
    return base64.urlsafe_b64decode(token.split(".")[2] + "==")


def resign(token, new):
    return token.rsplit(".", 1)[0] + "." + b64(new)


def hs256(secret):
    message = b64(text({"alg": "HS256", "kid": OURS.kid, "typ": "JWT"}).encode()) + "." + b64(text(claims()).encode())
    return message + "." + b64(hmac.new(secret, message.encode(), "sha256").digest())


GOOD = sign(header(), claims())
PEM = OURS.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def last_bit(token):
    """The same signature bytes, spelled with an unused bit set."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + alphabet[alphabet.index(token[-1]) ^ 1]


def plus_order(token):
    raw = signature(token)
    return resign(token, raw[:32] + (int.from_bytes(raw[32:], "little") + ORDER).to_bytes(32, "little"))


def feed(key=OURS, head=None, **more):
    all_claims = {"iss": "roompass", "seq": 7, "iat": NOON, "ttl": 60, "before": {}, "jti": []} | more
    return sign(head or header(typ="revocations+jwt"), {k: v for k, v in all_claims.items() if v is not None}, key)


def key_set(**more):
    all_members = {"iss": "roompass", "seq": 7, "iat": NOON - 86400, "keys": [OURS.jwk()]} | more
    return {name: value for name, value in all_members.items() if value is not None}


def signed_set(key=ROOT, head=None, **more):
    return sign(head or {"alg": "EdDSA", "kid": ROOT.kid, "typ": "jwk-set+jwt"}, key_set(**more), key)


LIST_URI = "https://issuer.example/lists/1"


def packed(entries, bits):
    """Entries as the draft lays them out: the first in the lowest bits of the first byte."""
    data = bytearray(-(-len(entries) * bits // 8))
    for index, entry in enumerate(entries):
        data[index * bits // 8] |= entry << (index * bits % 8)
    return bytes(data)


def status_list(entries=(0, 1, 2, 3), bits=2, key=OURS, head=None, lst=None, **more):
    entries = {"bits": bits, "lst": b64(zlib.compress(packed(entries, bits), 9)) if lst is None else lst}
    all_claims = {"iss": "roompass", "sub": LIST_URI, "iat": NOON, "exp": NOON + 86400, "ttl": 300, "status_list": entries} | more
    return sign(head or header(typ="statuslist+jwt"), {k: v for k, v in all_claims.items() if v is not None}, key)


def listed(idx, uri=LIST_URI):
    return sign(header(), claims(status={"status_list": {"idx": idx, "uri": uri}}))


CASES = []


def case(name, why, expect, token, **more):
    CASES.append((name, why, expect, token, more))


# --- admitted
case("good-member", "a token as we issue it opens its room", "admit", GOOD)
case("good-owner", "an owner's token does too", "admit", sign(header(), claims(context={"user": {"affiliation": "owner"}})))
case("good-alg-ed25519", "RFC 9864 names the algorithm Ed25519", "admit", sign(header(alg="Ed25519"), claims()))
case("good-typ-jwt", "other people's libraries write typ JWT", "admit", sign(header(typ="JWT"), claims()))
case("good-typ-absent", "or no typ at all", "admit", sign({"alg": "EdDSA", "kid": OURS.kid}, claims()))
case("good-typ-long", "a media type may be spelled in full and in any case (RFC 8725 §3.11)", "admit", sign(header(typ="application/ROOM+jwt"), claims()))
case("good-header-unknown", "unknown header members are ignored (RFC 7515 §4)", "admit", sign(header(x="y"), claims()))
case("good-aud-array", "the audience may be one of several (RFC 7519 §4.1.3)", "admit", sign(header(), claims(aud=["other", "jitsi"])))
case("good-claim-unknown", "unknown claims are ignored (RFC 7519 §4)", "admit", sign(header(), claims(sub="*", moderator=True)))
case("good-no-context", "a portal need not name anybody", "admit", sign(header(), claims(context=None)))
case("good-no-jti", "nor the token", "admit", sign(header(), claims(jti=None)))
case("good-json-spaces", "white space in JSON is legal", "admit", sign(' {"alg" : "EdDSA" ,\n"kid":"%s"}\n' % OURS.kid, claims()))
case("good-room-unicode", "a room beyond ASCII, percent-encoded as Jitsi does", "admit", sign(header(), claims(room="%c3%bcberraum")), room="%c3%bcberraum")
case("good-leeway-expiry", "the last second of the leeway after the end", "admit", GOOD, now=NOON + 3600 + 59)
case("good-leeway-opening", "the first second of the leeway before the start", "admit", sign(header(), claims(nbf=NOON + 600)), now=NOON + 600 - 60)
case("good-lifetime-longest", "400 days is the longest life", "admit", sign(header(), claims(exp=NOON + 400 * 86400)))
case("good-other-deployment", "issuer and audience are the operator's choice", "admit", sign(header(), claims(iss="acme", aud="meet.example")), issuer="acme", audience="meet.example")
case("good-rotation", "both keys of a set count while one replaces the other", "admit", sign(header(kid=THEIRS.kid), claims(), THEIRS), keys="keys/two.jwks.json")

# --- shape
case("token-missing", "no token, no entry", "deny token-missing", "")
case("garbage", "text that is no token", "deny malformed", "garbage")
case("two-parts", "an unsecured two-part token", "deny malformed", GOOD.rsplit(".", 1)[0])
case("four-parts", "a fourth part", "deny malformed", GOOD + ".e30")
case("five-parts", "a JWE has five parts", "deny malformed", "e30.e30.e30.e30.e30")
case("empty-signature", "an empty third part", "deny malformed", GOOD.rsplit(".", 1)[0] + ".")
case("dots", "Jitsi's own parser reads a..b...c as a.b.c", "deny malformed", GOOD.replace(".", ".."))
case("backslash", "and a\\b.c too", "deny malformed", GOOD.replace(".", "\\", 1))
case("padding", "base64url in a JWS has no padding", "deny malformed", GOOD + "==")
case("plus-slash", "nor the other alphabet", "deny malformed", GOOD[:-1] + "+")
case("space", "nor white space", "deny malformed", GOOD[:50] + " " + GOOD[50:])
case("unused-bits", "the same bytes spelled twice would be two tokens", "deny malformed", last_bit(GOOD))
case("length-one-mod-four", "no bytes have that many characters", "deny malformed", GOOD + "AAA")
case("too-long", "over 4096 bytes nothing is looked into", "deny malformed", sign(header(), claims(pad="x" * 3000)))
case("not-ascii", "8725bis §3.14 allows ASCII letters, digits, dash, underscore and dot", "deny malformed", "é" + GOOD)

# --- header
case("header-array", "a header is an object", "deny malformed", sign("[]", claims()))
case("header-duplicate", "two values for one member (RFC 7515 §4)", "deny malformed", sign('{"alg":"EdDSA","alg":"EdDSA","kid":"%s"}' % OURS.kid, claims()))
case("header-duplicate-escaped", "the same, hidden behind an escape", "deny malformed", sign('{"alg":"none","\\u0061lg":"EdDSA","kid":"%s"}' % OURS.kid, claims()))
case("header-bom", "a byte order mark is not JSON", "deny malformed", sign("\ufeff" + text(header()), claims()))
case("header-comment", "comments are not JSON", "deny malformed", sign("/**/" + text(header()), claims()))
case("crit", "RFC 7515 §4.1.11 MUST: we understand no extension", "deny unsupported-header", sign(header(crit=["exp"]), claims()))
case("b64-false", "RFC 7797 changes what is signed", "deny unsupported-header", sign(header(b64=False), claims()))
for member, value in {"jku": "https://evil.example/jwks.json", "jwk": THEIRS.jwk(), "x5u": "https://evil.example/x.pem", "x5c": ["AAAA"], "x5t": "AAAA", "zip": "DEF", "cty": "JWT", "enc": "A128GCM"}.items():
    case(f"header-{member}", f"`{member}` brings its own key or another meaning", "deny unsupported-header", sign(header(**{member: value}), claims()))
case("typ-status-list", "one kind of token must not stand in for another (RFC 8725 §3.12)", "deny unsupported-header", sign(header(typ="statuslist+jwt"), claims()))
case("typ-revocations", "nor our own revocation feed", "deny unsupported-header", sign(header(typ="revocations+jwt"), claims()))
case("typ-number", "typ is a string", "deny unsupported-header", sign(header(typ=1), claims()))

# --- algorithm
for name, alg in {"none": "none", "none-upper": "NONE", "none-mixed": "nOnE", "empty": "", "lower": "eddsa", "rs256": "RS256", "array": ["EdDSA"], "null": None}.items():
    case(f"alg-{name}", "only the two names of Ed25519 count, to the letter (RFC 8725 §3.1)", "deny unsupported-algorithm", sign(header(alg=alg), claims()))
case("alg-missing", "no algorithm named", "deny unsupported-algorithm", sign({"kid": OURS.kid}, claims()))
case("alg-none-unsigned", "a header that asks for no signature must not be believed", "deny unsupported-algorithm", b64(b'{"alg":"none","typ":"JWT"}') + "." + GOOD.split(".")[1] + ".e30")
case("hs256-public-key", "the public key is no secret to compute a MAC with", "deny unsupported-algorithm", hs256(OURS.public))
case("hs256-public-pem", "nor is its PEM text", "deny unsupported-algorithm", hs256(PEM))
case("hs256-jwk", "nor its JWK text", "deny unsupported-algorithm", hs256(text(OURS.jwk()).encode()))

# --- key
for name, kid in {"unknown": "AAAAAAAA", "path": "../../dev/null", "sql": "x' OR '1'='1", "url": "https://evil.example/k", "empty": "", "number": 7, "null": None, "case": OURS.kid.upper()}.items():
    case(f"kid-{name}", "a kid is looked up in a map, and nowhere else (RFC 8725 §3.10)", "deny unknown-key", sign(header(kid=kid), claims()))
case("kid-missing", "without a kid there is no key", "deny unknown-key", sign({"alg": "EdDSA"}, claims()))
case("other-key", "another key, honestly named", "deny unknown-key", sign(header(kid=THEIRS.kid), claims(), THEIRS))

# --- signature
case("forged", "another key under our kid", "deny bad-signature", sign(header(), claims(), THEIRS))
case("tampered-payload", "one byte of the payload changed", "deny bad-signature", GOOD.split(".")[0] + "." + b64(text(claims(room="standup", exp=NOON + 3601)).encode()) + "." + GOOD.split(".")[2])
case("tampered-header", "one member of the header added", "deny bad-signature", b64(text(header(x=1)).encode()) + "." + GOOD.split(".", 1)[1])
case("signature-swapped", "the signature of another token", "deny bad-signature", GOOD.rsplit(".", 1)[0] + "." + sign(header(), claims(room="other")).split(".")[2])
case("signature-short", "63 bytes", "deny bad-signature", resign(GOOD, signature(GOOD)[:63]))
case("signature-long", "65 bytes", "deny bad-signature", resign(GOOD, signature(GOOD) + b"\0"))
case("signature-zero", "64 zero bytes", "deny bad-signature", resign(GOOD, bytes(64)))
case("signature-plus-order", "S + L is the same scalar: RFC 8032 §5.1.7 wants it reduced", "deny bad-signature", plus_order(GOOD))
case("signature-small-order", "R and S of small order fit weak keys", "deny bad-signature", resign(GOOD, b"\1" + bytes(63)))

# --- claims
for name, payload in {"array": "[]", "string": '"room"', "number": "7", "null": "null", "empty": "{}", "trailing": text(claims()) + "x",
                      "duplicate": text(claims())[:-1] + ',"room":"other"}', "duplicate-nested": text(claims(context=None))[:-1] + ',"context":{"user":{"affiliation":"member","affiliation":"owner"}}}',
                      "deep": text(claims())[:-1] + ',"x":' + "[" * 20 + "]" * 20 + "}", "nan": text(claims())[:-1] + ',"x":NaN}', "surrogate": text(claims())[:-1] + ',"x":"\\ud800"}'}.items():
    case(f"claims-{name}", "claims are one JSON object, unambiguous and shallow", "deny bad-claims", sign(header(), payload))
case("claims-not-utf8", "and UTF-8", "deny bad-claims", sign(header(), b'{"x":"\xff"}'))
case("claims-not-utf8-in-room", "in the room's name too", "deny bad-claims", sign(header(), text(claims())[:-1].replace("standup", "stand%s").encode() % b"\xff" + b"}"))
for claim in ["iss", "aud", "room", "iat", "exp"]:
    case(f"claims-no-{claim}", f"`{claim}` is required", "deny bad-claims", sign(header(), claims(**{claim: None})))
for name, exp in {"string": str(NOON + 60), "float": NOON + 60.5, "exponent": 1e18, "negative": -1, "bool": True, "zero": 0, "before-iat": NOON - 1, "two-to-53": 2**53, "two-to-64": 2**64, "year-10000": 253402300800}.items():
    case(f"exp-{name}", "a time is a whole number that makes sense", "deny bad-claims", sign(header(), claims(exp=exp)))
case("exp-infinite", "1e400 is no number", "deny bad-claims", sign(header(), text(claims()).replace(str(NOON + 3600), "1e400")))
case("nbf-after-exp", "a door that opens after it has shut", "deny bad-claims", sign(header(), claims(nbf=NOON + 7200)))
case("nbf-string", "a time of the wrong type must not count as absent", "deny bad-claims", sign(header(), claims(nbf="soon")))
case("iss-number", "an issuer is a string", "deny bad-claims", sign(header(), claims(iss=7)))
case("aud-object", "an audience is a string or strings", "deny bad-claims", sign(header(), claims(aud={})))
case("aud-mixed", "all of them", "deny bad-claims", sign(header(), claims(aud=["jitsi", 7])))
for name, room in {"upper": "Standup", "star-inside": "st*up", "two-stars": "**", "empty": "", "tenant-empty": "[]standup", "raw-unicode": "überraum", "upper-percent": "%C3%BCberraum", "decoded": "my room", "nfkc": "ﬀoo", "nfkc-encoded": "%ef%ac%80oo", "not-composed": "u%cc%88berraum", "long": "a" * 257, "array": ["standup"]}.items():
    case(f"room-{name}", "a signed room is one canonical name", "deny bad-claims", sign(header(), claims(room=room)), room=room if isinstance(room, str) and room else "standup")
case("jti-newline", "an id that would forge a log line", "deny bad-claims", sign(header(), claims(jti="a\nb")))
case("affiliation-admin", "there are owners and members", "deny bad-claims", sign(header(), claims(context={"user": {"affiliation": "admin"}})))
case("name-control", "a name without control characters", "deny bad-claims", sign(header(), claims(context={"user": {"name": "A\u0000da"}})))
case("user-array", "a user is an object", "deny bad-claims", sign(header(), claims(context={"user": []})))

# --- for whom, when, where
case("wrong-issuer", "a key counts for its own issuer only (RFC 8725 §3.8)", "deny wrong-issuer", sign(header(), claims(iss="acme")))
case("wrong-audience", "a token for another deployment (RFC 8725 §3.9)", "deny wrong-audience", sign(header(), claims(aud="other")))
case("wrong-audience-empty", "for nobody", "deny wrong-audience", sign(header(), claims(aud=[])))
case("wrong-audience-case", "names are compared to the letter", "deny wrong-audience", sign(header(), claims(aud="Jitsi")))
case("lifetime-too-long", "a forgotten link must not be a permanent credential", "deny lifetime-too-long", sign(header(), claims(exp=NOON + 400 * 86400 + 1)))
case("too-early", "a second before the leeway begins", "deny too-early", sign(header(), claims(nbf=NOON + 600)), now=NOON + 600 - 61)
case("issued-in-the-future", "a clock is wrong, or somebody plans ahead of a revocation", "deny too-early", GOOD, now=NOON - 61)
case("expired", "the first second after the leeway", "deny expired", GOOD, now=NOON + 3600 + 60)
case("wrong-room", "next door", "deny wrong-room", GOOD, room="standup2")
case("wrong-room-case", "the room as Prosody has it, to the letter", "deny wrong-room", GOOD, room="Standup")
case("wrong-room-raw", "a hand-made client's second spelling of the room", "deny wrong-room", sign(header(), claims(room="%c3%bcberraum")), room="überraum")
case("wrong-room-tenant", "a token without a tenant never opens a tenant's room", "deny wrong-room", GOOD, room="[acme]standup")

# --- series
WEEKLY = {"d": 3600, "p": 7 * 86400, "s": [[NOON, 2], [NOON + 14 * 86400 - 3600, 2]]}
SERIES = sign(header(), claims(exp=NOON + 40 * 86400, win=WEEKLY))
for name, now in {"first": NOON, "leeway": NOON - 60, "second": NOON + 7 * 86400 + 3600 + 59, "after-clock-change": NOON + 14 * 86400 - 3600}.items():
    case(f"good-series-{name}", "one link for a series opens during each meeting", "admit", sign(header(), claims(iat=NOON - 60, exp=NOON + 40 * 86400, win=WEEKLY)), now=now)
for name, now in {"between": NOON + 3600 + 60, "day-later": NOON + 86400, "after-last": NOON + 30 * 86400}.items():
    case(f"series-{name}", "and is shut between them", "deny outside-window", SERIES, now=now)
for name, win in {"overlap": {"d": 3600, "p": 60, "s": [[NOON, 2]]}, "empty": {"d": 3600, "p": 86400, "s": []}, "no-duration": {"p": 86400, "s": [[NOON, 1]]}, "triple": {"d": 1, "p": 1, "s": [[NOON, 1, 1]]}, "array": [NOON]}.items():
    case(f"win-{name}", "windows make sense or are refused", "deny bad-claims", sign(header(), claims(win=win)))

# --- limits
case("good-join-by", "in time for a first join", "admit", sign(header(), claims(join_by=NOON + 600)), now=NOON + 660)
case("join-closed", "too late for a first join", "deny join-closed", sign(header(), claims(join_by=NOON + 600)), now=NOON + 661)
case("good-join-by-returning", "who was in may come back", "admit", sign(header(), claims(join_by=NOON + 600)), now=NOON + 1200, returning="yes")
case("good-seats", "one seat, and nobody on it", "admit", sign(header(), claims(seats=1)), same_token=0)
case("seats-taken", "one seat, and somebody on it", "deny seats-taken", sign(header(), claims(seats=1)), same_token=1)
case("good-max-occupants", "the last place", "admit", sign(header(), claims(max_occupants=2)), occupants=1)
case("room-full", "none left", "deny room-full", sign(header(), claims(max_occupants=2)), occupants=2)
for name, more in {"seats-zero": {"seats": 0}, "seats-text": {"seats": "1"}, "occupants-huge": {"max_occupants": 10**9}, "join-by-text": {"join_by": "noon"}}.items():
    case(name, "limits are whole numbers within reason", "deny bad-claims", sign(header(), claims(**more)))
for name, features in {"number": {"recording": 1}, "nested": {"recording": {}}, "name": {"re cording": True}, "array": []}.items():
    case(f"features-{name}", "features are switches", "deny bad-claims", sign(header(), claims(context={"features": features})))
case("good-features", "as Jitsi writes them", "admit", sign(header(), claims(context={"features": {"recording": True, "livestreaming": "false"}})))

# --- tenants
case("good-tenant", "a tenant's room is opened by a token for it", "admit", sign(header(), claims(room="[acme]standup")), room="[acme]standup")
case("tenant-other", "another tenant's is not", "deny wrong-room", sign(header(), claims(room="[acme]standup")), room="[evil]standup")
case("tenant-none", "nor the room without a tenant", "deny wrong-room", sign(header(), claims(room="[acme]standup")), room="standup")
case("tenant-upper", "a tenant is spelled as Prosody has it", "deny bad-claims", sign(header(), claims(room="[Acme]standup")), room="[Acme]standup")

# --- scope
TEAM = "keys/scoped.jwks.json"


def team(**more):
    return sign(header(kid=THEIRS.kid), claims(**({"exp": NOON + 3600} | more)), THEIRS)


case("good-scope-room", "a team's key opens its own rooms", "admit", team(room="acme-standup"), room="acme-standup", keys=TEAM)
case("good-scope-wildcard", "and all of them at once, if it may", "admit", team(room="acme-*"), room="acme-retro", keys=TEAM)
case("good-scope-exact", "a single room of its scope", "admit", team(room="lobby"), room="lobby", keys=TEAM)
case("scope-room", "but nobody else's", "deny out-of-scope", team(room="standup"), keys=TEAM)
case("scope-wildcard-wider", "nor more than its own at once", "deny out-of-scope", team(room="a*"), room="acme-x", keys=TEAM)
case("scope-wildcard-all", "let alone all", "deny out-of-scope", team(room="*"), keys=TEAM)
case("scope-tenant", "nor a tenant's", "deny out-of-scope", team(room="[acme]standup"), room="[acme]standup", keys=TEAM)
case("scope-owner", "it may not make moderators", "deny out-of-scope", team(room="lobby", context={"user": {"affiliation": "owner"}}), room="lobby", keys=TEAM)
case("scope-lifetime", "nor links for longer than a day", "deny lifetime-too-long", team(room="lobby", exp=NOON + 86401), room="lobby", keys=TEAM)
case("wildcard-without-scope", "a key without a scope signs single rooms only", "deny out-of-scope", sign(header(), claims(room="*")))
case("wildcard-prefix-without-scope", "a prefix is a wildcard too", "deny out-of-scope", sign(header(), claims(room="stand*")))
case("wildcard-elsewhere", "a wildcard opens what it covers, and nothing else", "deny wrong-room", team(room="acme-*"), keys=TEAM)

# --- revocation
def ada_with_id():
    return sign(header(), claims(context={"user": {"id": "ada"}}))


case("good-revocations-empty", "an edition that takes nothing back", "admit", GOOD, revocations=feed())
case("revoked-token", "one token by its id", "deny revoked", GOOD, revocations=feed(jti=["other", "AQEBAQEBAQE"]))
for name, before in {"room": "room:standup", "prefix": "room:stand*", "key": "kid:" + OURS.kid, "person": "id:ada"}.items():
    ada = ada_with_id()
    case(f"revoked-{name}", "everything issued before the watermark", "deny revoked", ada, revocations=feed(before={before: NOON + 1}))
    case(f"good-watermark-{name}", "and nothing issued at it or after", "admit", ada, revocations=feed(before={before: NOON}))
case("good-watermark-other", "nor anybody else's", "admit", GOOD, revocations=feed(before={"room:other": NOON + 1, "id:bob": NOON + 1, "kid:other": NOON + 1}))
case("good-watermark-unknown-kind", "a kind of watermark that is not known yet is passed over", "admit", GOOD, revocations=feed(before={"planet:mars": NOON + 1}))
case("good-stale", "a verifier that goes on with the last good edition", "admit", GOOD, revocations=feed(iat=NOON - 7200))
case("revocations-stale", "and one that does not", "deny revocations-stale", GOOD, revocations=feed(iat=NOON - 7200), max_stale=3600)
case("good-fresh-enough", "an edition that is just young enough", "admit", GOOD, revocations=feed(iat=NOON - 3600), max_stale=3600)
for name, bad in {"forged": feed(THEIRS), "room-token": GOOD, "untyped": feed(head={"alg": "EdDSA", "kid": OURS.kid}), "other-issuer": feed(iss="acme"), "no-seq": feed(seq=None),
                  "bad-room": feed(before={"room:Standup": NOON}), "bad-time": feed(before={"room:standup": "now"}), "garbage": "garbage",
                  "array": sign(header(typ="revocations+jwt"), ["roompass", 7, NOON, 60, {}, []]), "duplicate": sign(header(typ="revocations+jwt"), '{"iss":"acme","iss":"roompass","seq":7,"iat":%d}' % NOON),
                  "jti-number": feed(jti=[7]), "jti-bad": feed(jti=["a b"]), "seq-float": feed(seq=7.5), "seq-negative": feed(seq=-1), "iat-text": feed(iat="now"), "bad-kid": feed(before={"kid:a b": NOON}),
                  "no-kind": feed(before={"standup": NOON}), "bad-time-late": feed(before={"room:standup": 253402300800}), "alg-none": feed(head=header(alg="none", typ="revocations+jwt")), "kid-missing": feed(head={"alg": "EdDSA", "typ": "revocations+jwt"})}.items():
    case(f"revocations-{name}", "a feed that cannot be trusted is no feed, and without one nobody gets in", "deny verifier-unavailable", GOOD, revocations=bad)
case("revocations-limited-key", "a team may sign links for its rooms, but not take back everybody's", "deny verifier-unavailable", team(room="lobby"), room="lobby", keys=TEAM,
     revocations=feed(THEIRS, head=header(kid=THEIRS.kid, typ="revocations+jwt")))
for name, entries in {"token": ({}, ["AQEBAQEBAQE"], ["jti:AQEBAQEBAQE"]), "person": ({"id:ada": NOON + 1}, [], ["id:ada"]), "key": ({"kid:" + OURS.kid: NOON + 1}, [], ["kid:" + OURS.kid]), "room": ({"room:standup": NOON + 1}, [], ["room:standup"]),
                      "prefix": ({"room:stand*": NOON + 1}, [], ["room:stand*"])}.items():
    before, jti, stay = entries
    case(f"revoked-stay-{name}", "who may stay in the room may not come back into it", "deny revoked", ada_with_id(), revocations=feed(before=before, jti=jti, stay=stay))
case("good-stay-alone", "`stay` takes nothing back by itself", "admit", ada_with_id(), revocations=feed(stay=["jti:AQEBAQEBAQE", "id:ada", "room:standup", "kid:" + OURS.kid]))
case("good-stay-unknown-kind", "a kind that is not known yet is passed over there too", "admit", GOOD, revocations=feed(stay=["planet:mars"]))
for name, stay in {"text": "room:standup", "object": {"room:standup": NOON}, "number": [7], "null": None, "no-kind": ["standup"], "bad-room": ["room:Standup"], "bad-kid": ["kid:a b"], "bad-jti": ["jti:a b"]}.items():
    claims_of_feed = '{"iss":"roompass","seq":7,"iat":%d,"before":{},"jti":[],"stay":%s}' % (NOON, json.dumps(stay))
    case(f"revocations-stay-{name}", "`stay` is an array of names as in `before`, or the feed is none", "deny verifier-unavailable", GOOD, revocations=sign(header(typ="revocations+jwt"), claims_of_feed))


# --- status list
case("good-status", "an entry that is 0 is valid", "admit", listed(0), status_list=status_list())
for entry, name in {1: "invalid", 2: "suspended", 3: "of-its-own"}.items():
    case(f"status-{name}", "every other number refuses", "deny revoked", listed(entry), status_list=status_list())
for bits in [1, 4, 8]:
    case(f"good-status-{bits}-bits", "entries may have other sizes", "admit", listed(9), status_list=status_list([1] * 9 + [0], bits))
    case(f"status-{bits}-bits", "entries may have other sizes", "deny revoked", listed(9), status_list=status_list([0] * 9 + [1], bits))
case("good-status-unconcerned", "a token that names no list is not looked up", "admit", GOOD, status_list=status_list([1] * 4))
case("good-status-last", "the last entry of a list", "admit", listed(7), status_list=status_list([1] * 7 + [0], 1))
case("status-beyond", "and the one after it, which is not there", "deny status-unknown", listed(8), status_list=status_list([0] * 8, 1))
case("status-far-beyond", "nor is this one", "deny status-unknown", listed(2**53 - 1), status_list=status_list([0] * 8, 8))
case("status-empty", "a list without entries", "deny status-unknown", listed(0), status_list=status_list([], 1))
case("status-no-list", "a token that wants to be looked up, where there is no list", "deny status-unknown", listed(0))
case("status-other-list", "or another one", "deny status-unknown", listed(0, LIST_URI + "/"), status_list=status_list())
case("good-status-last-second", "a list holds until its end, leeway included", "admit", listed(0), status_list=status_list(exp=NOON + 1), now=NOON + 60)
case("status-over", "and no longer, whatever the operator allows", "deny revocations-stale", listed(0), status_list=status_list(exp=NOON + 1), now=NOON + 61)
case("good-status-no-end", "a list without an end, where old ones are gone on with", "admit", listed(0), status_list=status_list(iat=NOON - 7200, exp=None))
case("status-stale", "and where they are not", "deny revocations-stale", listed(0), status_list=status_list(iat=NOON - 7200, exp=None), max_stale=3600)
case("good-status-fresh-enough", "just young enough", "admit", listed(0), status_list=status_list(iat=NOON - 3600, exp=None), max_stale=3600)
case("good-status-unnamed-issuer", "a list need not name its issuer", "admit", listed(0), status_list=status_list(iss=None))
case("good-status-long-typ", "a media type may be spelled in full", "admit", listed(0), status_list=status_list(head=header(typ="application/statuslist+jwt")))
case("good-status-aggregation", "members that are not known are passed over", "admit", listed(0), status_list=status_list(status_list={"bits": 1, "lst": b64(zlib.compress(b"\0")), "aggregation_uri": "https://issuer.example/lists"}))
case("status-and-feed", "a token that the feed takes back is dead, whatever its list says", "deny revoked", listed(0), status_list=status_list(), revocations=feed(jti=["AQEBAQEBAQE"]))
DEFLATED = zlib.compress(b"\0\0", 9)
for name, bad in {"forged": status_list(key=THEIRS), "foreign-key": status_list(key=THEIRS, head=header(kid=THEIRS.kid, typ="statuslist+jwt")), "typ-absent": status_list(head={"alg": "EdDSA", "kid": OURS.kid}), "typ-jwt": status_list(head=header(typ="JWT")),
                  "typ-feed": status_list(head=header(typ="revocations+jwt")), "alg-none": status_list(head=header(alg="none", typ="statuslist+jwt")), "crit": status_list(head=header(typ="statuslist+jwt", crit=["exp"])), "other-issuer": status_list(iss="acme"),
                  "no-sub": status_list(sub=None), "no-iat": status_list(iat=None), "iat-text": status_list(iat=str(NOON)), "exp-float": status_list(exp=NOON + 0.5), "ttl-zero": status_list(ttl=0), "ttl-negative": status_list(ttl=-1), "no-list": status_list(status_list=None),
                  "no-bits": status_list(status_list={"lst": b64(DEFLATED)}), "bits-three": status_list(status_list={"bits": 3, "lst": b64(DEFLATED)}), "bits-zero": status_list(status_list={"bits": 0, "lst": b64(DEFLATED)}), "bits-sixteen": status_list(status_list={"bits": 16, "lst": b64(DEFLATED)}),
                  "bits-text": status_list(status_list={"bits": "1", "lst": b64(DEFLATED)}), "no-lst": status_list(status_list={"bits": 1}), "lst-array": status_list(lst=[0]), "lst-empty": status_list(lst=""), "lst-padded": status_list(lst=base64.urlsafe_b64encode(DEFLATED).decode()),
                  "lst-raw": status_list(lst=b64(DEFLATED[2:-4])), "lst-cut": status_list(lst=b64(DEFLATED[:-1])), "lst-checksum": status_list(lst=b64(DEFLATED[:-1] + b"\0")), "lst-more": status_list(lst=b64(DEFLATED + b"x")), "garbage": "garbage", "array": sign(header(typ="statuslist+jwt"), [LIST_URI, NOON]),
                  "bomb": status_list(lst=b64(zlib.compress(bytes((16 << 20) + 1), 9)))}.items():
    case(f"status-list-{name}", "a list that cannot be trusted is no list, and without one nobody gets in", "deny verifier-unavailable", listed(0), status_list=bad)
case("status-list-limited-key", "a team may sign links for its rooms, but no list of everybody's", "deny verifier-unavailable", team(room="lobby"), room="lobby", keys=TEAM,
     status_list=status_list(key=THEIRS, head=header(kid=THEIRS.kid, typ="statuslist+jwt")))
for name, status in {"text": "x", "empty": {}, "other-mechanism": {"x": {}}, "list-array": {"status_list": []}, "no-uri": {"status_list": {"idx": 0}}, "no-idx": {"status_list": {"uri": LIST_URI}}, "idx-negative": {"status_list": {"idx": -1, "uri": LIST_URI}},
                     "idx-text": {"status_list": {"idx": "0", "uri": LIST_URI}}, "idx-float": {"status_list": {"idx": 0.5, "uri": LIST_URI}}, "uri-number": {"status_list": {"idx": 0, "uri": 7}}, "uri-empty": {"status_list": {"idx": 0, "uri": ""}}, "uri-space": {"status_list": {"idx": 0, "uri": LIST_URI + " "}}}.items():
    case(f"status-claim-{name}", "an entry is named whole, or the token is refused", "deny bad-claims", sign(header(), claims(status=status)), status_list=status_list())

# --- attacks by the list: every part, every member, of every wrong kind
MESSAGE, SIGNATURE = GOOD.rsplit(".", 1)
HEADER, PAYLOAD = MESSAGE.split(".")
for name, token in {"empty-header": "." + PAYLOAD + "." + SIGNATURE, "empty-payload": HEADER + ".." + SIGNATURE, "dot-first": "." + GOOD, "dot-last": GOOD + ".", "percent": GOOD.replace(".", "%2e"),
                    "json-serialization": text({"protected": HEADER, "payload": PAYLOAD, "signature": SIGNATURE}), "paseto": "v4.public." + PAYLOAD,
                    "unused-bits-payload": sign_text(HEADER + "." + last_bit(b64(raw(claims(x="11"))))), "padding-inside": sign_text(HEADER + "." + PAYLOAD + "="),
                    "slash": sign_text(HEADER + "." + PAYLOAD[:-1] + "/"), "plus": sign_text(HEADER + "." + PAYLOAD[:-1] + "+"), "nul": sign_text(HEADER + "\0." + PAYLOAD), "tab": GOOD.replace(".", "\t."), "return": GOOD.replace(".", "\r.")}.items():
    case(f"shape-{name}", "three parts of canonical base64url, and no other form of a token", "deny malformed", token)
for name, token in {"payload-alone": MESSAGE + "." + b64(OURS.private.sign(PAYLOAD.encode())), "decoded": MESSAGE + "." + b64(OURS.private.sign(raw(header()) + b"." + raw(claims()))),
                    "of-nothing": MESSAGE + "." + b64(OURS.private.sign(b"")), "one-byte": MESSAGE + ".AA", "twice": resign(GOOD, signature(GOOD) * 2)}.items():
    case(f"signature-{name}", "a signature covers header and payload as they were sent (RFC 7515 §5.2), in 64 bytes", "deny bad-signature", token)
KID = '"kid":"%s"' % OURS.kid
for name, head in {"null": "null", "string": '"room+jwt"', "number": "7", "nothing": " ", "trailing": text(header()) + "x", "two": text(header()) * 2, "nul": text(header()) + "\0", "nan": '{"alg":"EdDSA",%s,"x":NaN}' % KID,
                   "surrogate": '{"alg":"EdDSA",%s,"x":"\\ud800"}' % KID, "comma": '{"alg":"EdDSA",%s,}' % KID, "quotes": text(header()).replace('"', "'"), "not-utf8": b'{"alg":"EdDSA","x":"\xff"}',
                   "duplicate-nested": '{"alg":"EdDSA",%s,"x":{"a":1,"a":1}}' % KID, "deep": '{"alg":"EdDSA",%s,"x":%s}' % (KID, "[" * 17 + "]" * 17), "many": header(**{f"x{n}": n for n in range(14)})}.items():
    case(f"header-{name}", "a header is one JSON object, unambiguous and small", "deny malformed", sign(head, claims()))
case("good-header-most", "sixteen members are not too many", "admit", sign(header(**{f"x{n}": n for n in range(13)}), claims()))
for member, value in {"x5t#S256": "AAAA", "apu": "AAAA", "apv": "AAAA", "epk": {}, "crit": [], "b64": True, "jku": None, "zip": ""}.items():
    case(f"header-also-{member.replace('#', '-')}", f"`{member}` is refused whatever its value", "deny unsupported-header", sign(header(**{member: value}), claims()))
for name, typ in {"array": ["room+jwt"], "null": None, "object": {}, "empty": "", "access-token": "at+jwt", "prefix-twice": "application/application/room+jwt", "other-prefix": "text/room+jwt", "space": "room+jwt "}.items():
    case(f"typ-{name}", "a kind that is named must be ours, as a string", "deny unsupported-header", sign(header(typ=typ), claims()))
for name, alg in {"number": 1, "object": {"EdDSA": 1}, "bool": True, "space": "EdDSA ", "nul": "EdDSA\0", "ed25519-lower": "ed25519", "ed448": "Ed448", "es256": "ES256", "ps256": "PS256", "hs256": "HS256", "ed25519ph": "Ed25519ph", "two": "EdDSA,none"}.items():
    case(f"alg-{name}", "only the two names of Ed25519 count, to the letter (RFC 8725 §3.1)", "deny unsupported-algorithm", sign(header(alg=alg), claims()))
for name, kid in {"array": [OURS.kid], "object": {}, "bool": True, "long": "a" * 2000, "longer": OURS.kid + "x", "shorter": OURS.kid[:-1], "space": OURS.kid + " ", "nul": OURS.kid + "\0", "surplus-path": "./" + OURS.kid, "line": OURS.kid + "\n"}.items():
    case(f"kid-{name}", "a kid is compared to the letter", "deny unknown-key", sign(header(kid=kid), claims()))
case("kid-huge", "10 kB of kid are not looked into", "deny malformed", sign(header(kid="a" * 10000), claims()))


def padded(size):
    """A good token of exactly so many bytes: unknown members of header and claims fill it up."""
    for spare in range(4):
        for length in range(size // 2, size):
            token = sign(header(x="x" * spare), claims(pad="x" * length))
            if len(token) >= size:
                break
        if len(token) == size:
            return token
    raise ValueError(size)


case("good-longest", "4096 bytes are looked into", "admit", padded(4096))
case("too-long-by-one", "4097 are not", "deny malformed", padded(4097))

BARE = text(claims())[:-1]
for name, payload in {"bom": "\ufeff" + text(claims()), "nul": text(claims()) + "\0", "comment": "/**/" + text(claims()), "two": text(claims()) * 2, "comma": BARE + ",}", "quotes": text(claims()).replace('"', "'"), "jwt": GOOD, "nothing": " ",
                      "duplicate-escaped": BARE + ',"\\u0072oom":"other"}', "duplicate-equal": BARE + ',"room":"standup"}', "duplicate-unknown": BARE + ',"x":1,"x":1}', "deep-by-one": BARE + ',"x":' + "[" * 16 + "]" * 16 + "}"}.items():
    case(f"claims-also-{name}", "claims are one JSON object, unambiguous and shallow", "deny bad-claims", sign(header(), payload))
case("good-claims-spaces", "white space in JSON is legal", "admit", sign(header(), "\n " + BARE + " }\t\n"))
case("good-claims-deep", "as deep as is allowed", "admit", sign(header(), BARE + ',"x":' + "[" * 15 + "]" * 15 + "}"))
WRONG = {"null": ..., "bool": True, "float": NOON + 0.5, "negative": -1, "text": str(NOON), "array": [NOON], "object": {}, "two-to-53": 2**53, "year-10000": 253402300800}
for claim in ["exp", "iat", "nbf", "join_by"]:
    for name, value in WRONG.items():
        if (claim, name) not in {("exp", n) for n in ["bool", "float", "negative", "two-to-53", "year-10000"]}:
            payload = BARE.replace(f'"{claim}":{claims().get(claim)},', "") + f',"{claim}":{"null" if value is ... else text(value) if not isinstance(value, str) else json.dumps(value)}}}'
            case(f"{claim.replace('_', '-')}-is-{name}", "a time is a whole number that makes sense, and of no other type", "deny bad-claims", sign(header(), payload))
case("nbf-equals-exp", "a door that is never open", "deny bad-claims", sign(header(), claims(nbf=NOON + 3600)))
case("exp-equals-iat", "a token that never lives", "deny bad-claims", sign(header(), claims(exp=NOON)))
case("good-nbf-before-iat", "a start before the issue is no start", "admit", sign(header(), claims(nbf=0)))
for claim, values in {"iss": {"array": ["roompass"], "null": ...}, "aud": {"null": ..., "number": 7, "nested": [["jitsi"]], "null-inside": ["jitsi", None]},
                      "jti": {"empty": "", "long": "a" * 65, "number": 7, "null": ..., "space": "a b", "unicode": "é", "nul": "a\0"},
                      "room": {"null": ..., "number": 7, "object": {}, "nul": "stand\0up", "space": "standup ", "dot": ".", "dots": "..", "slash": "a/b", "encoded-star": "%2a", "encoded-letter": "%41", "question": "standup?", "tenant-open": "[acme", "tenant-alone": "[acme]", "tenants": "[a][b]c", "jid": "standup@conference.example"},
                      "context": {"null": ..., "array": [], "text": "x"}, "seats": {"null": ..., "float": 1.5, "negative": -1, "huge": 100001, "bool": True}, "max_occupants": {"null": ..., "float": 1.5, "zero": 0, "text": "9"}}.items():
    for name, value in values.items():
        member = "null" if value is ... else json.dumps(value)
        payload = text({k: v for k, v in claims().items() if k != claim})[:-1] + f',"{claim}":{member}}}'
        case(f"{claim.replace('_', '-')}-also-{name}", f"`{claim}` is what it is, or the token is refused", "deny bad-claims", sign(header(), payload))
for name, iss in {"empty": "", "case": "Roompass", "space": "roompass ", "nul": "roompass\0", "url": "https://roompass"}.items():
    case(f"wrong-issuer-{name}", "an issuer is compared to the letter", "deny wrong-issuer", sign(header(), claims(iss=iss)))
for name, aud in {"text-empty": "", "space": ["jitsi ", "Jitsi", ""], "part": "jits", "star": "*"}.items():
    case(f"wrong-audience-{name}", "an audience too", "deny wrong-audience", sign(header(), claims(aud=aud)))
for name, user in {"null": None, "text": "Ada", "name-number": {"name": 7}, "name-long": {"name": "a" * 129}, "name-newline": {"name": "a\nb"}, "id-long": {"id": "a" * 513}, "id-number": {"id": 7}, "email-control": {"email": "a\u007fb"}, "avatar-object": {"avatar": {}},
                   "affiliation-case": {"affiliation": "Owner"}, "affiliation-null": {"affiliation": None}, "affiliation-bool": {"affiliation": True}, "affiliation-array": {"affiliation": ["owner"]}, "affiliation-none": {"affiliation": "none"}, "affiliation-empty": {"affiliation": ""}}.items():
    case(f"user-{name}", "a person is described as Jitsi knows it, or not at all", "deny bad-claims", sign(header(), claims(context={"user": user})))
case("good-user-longest", "names and details up to their bounds", "admit", sign(header(), claims(context={"user": {"name": "ü" * 128, "id": "a" * 512}})))
case("good-jti-longest", "an id of 64 characters", "admit", sign(header(), claims(jti="aZ09-_.:~" + "a" * 55)))
case("good-room-longest", "a room of 256 bytes", "admit", sign(header(), claims(room="a" * 256)), room="a" * 256)
case("good-seats-most", "as many seats as there can be", "admit", sign(header(), claims(seats=100000, max_occupants=100000)), same_token=99999, occupants=99999)
for name, features in {"many": {f"f{n}": True for n in range(33)}, "null": {"recording": None}, "value-long": {"recording": "x" * 65}, "name-long": {"f" * 65: True}, "name-empty": {"": True}, "text": "recording"}.items():
    case(f"features-also-{name}", "features are a few switches", "deny bad-claims", sign(header(), claims(context={"features": features})))
case("good-features-most", "thirty-two switches", "admit", sign(header(), claims(context={"features": {f"f{n}": "x" * 64 for n in range(32)}})))
RUN = [[NOON + n * 86400, 1] for n in range(9)]
for name, win in {"null": ..., "text": "weekly", "zero-duration": {"d": 0, "p": 60, "s": [[NOON, 1]]}, "zero-count": {"d": 60, "p": 60, "s": [[NOON, 0]]}, "nine-runs": {"d": 60, "p": 60, "s": RUN}, "float": {"d": 60.5, "p": 60, "s": [[NOON, 1]]},
                  "unordered": {"d": 60, "p": 60, "s": [RUN[1], RUN[0]]}, "endless": {"d": 60, "p": 86400, "s": [[NOON, 2**53 - 1]]}, "past-9999": {"d": 60, "p": 60, "s": [[253402300799, 1]]}, "no-runs": {"d": 60, "p": 60}, "single": {"d": 60, "p": 60, "s": [NOON]}}.items():
    payload = BARE + f',"win":{"null" if win is ... else json.dumps(win)}}}'
    case(f"win-also-{name}", "windows make sense or are refused", "deny bad-claims", sign(header(), payload))
case("good-series-adjacent", "one run may begin when another ends", "admit", sign(header(), claims(win={"d": 60, "p": 60, "s": [[NOON, 1], [NOON + 60, 1]]})), now=NOON + 130)
case("good-series-most", "eight runs", "admit", sign(header(), claims(win={"d": 60, "p": 60, "s": RUN[:8]})))

# --- nothing to check with
for name, why in {"missing": "no key set", "broken": "a key set that is not JSON", "empty": "a key set without a key", "private": "a key set that shows its private half",
                  "weak": "a key for which anybody can forge", "duplicate": "two keys with one kid", "scope-unknown": "a limit that is not understood", "scope-empty": "a key that may sign nothing", "state": "a key in no known state", "short": "a key of 31 bytes", "other-issuer": "another issuer's key set"}.items():
    case(f"key-set-{name}", f"{why}, so nobody gets in", "deny verifier-unavailable", GOOD, keys=f"keys/{name}.jwks.json")

# --- a link that was made from an owner's
DIGEST = b64(hashlib.sha256(b"ada").digest()[:8])
MADE = {"jti": "owner", "iat": NOON - 600, "id": DIGEST}
for name, parent in {"whole": MADE | {"kid": THEIRS.kid}, "bare": {"iat": NOON}, "unknown-member": MADE | {"x": 1}}.items():
    case(f"good-parent-{name}", "a guest's link that was made from an owner's", "admit", sign(header(), claims(parent=parent)), revocations=feed())
for name, (parent, taken) in {"token": (MADE, {"jti": ["owner"]}), "person": (MADE, {"before": {"id:ada": NOON - 599}}), "own-key": (MADE, {"before": {"kid:" + OURS.kid: NOON - 599}}), "key": (MADE | {"kid": THEIRS.kid}, {"before": {"kid:" + THEIRS.kid: NOON - 599}}),
                              "room": (MADE, {"before": {"room:standup": NOON - 599}}), "prefix": (MADE, {"before": {"room:st*": NOON - 599}})}.items():
    case(f"revoked-parent-{name}", "what takes the owner's link back takes back what was made from it", "deny revoked", sign(header(), claims(parent=parent)), revocations=feed(**taken))
for name, taken in {"person": {"id:ada": NOON - 600}, "key": {"kid:" + OURS.kid: NOON - 600}, "room": {"room:standup": NOON - 600}, "other-key": {"kid:" + THEIRS.kid: NOON + 1}}.items():
    case(f"good-parent-watermark-{name}", "and nothing else does", "admit", sign(header(), claims(parent=MADE)), revocations=feed(before=taken))
for name, parent in {"null": ..., "text": "owner", "array": [MADE], "empty": {}, "no-iat": {"jti": "owner"}, "iat-text": MADE | {"iat": "now"}, "jti-bad": MADE | {"jti": "a b"}, "jti-long": MADE | {"jti": "a" * 65}, "kid-bad": MADE | {"kid": "a b"},
                     "id-plain": MADE | {"id": "ada"}, "id-long": MADE | {"id": b64(bytes(9))}, "id-bits": MADE | {"id": "AAAAAAAAAAB"}}.items():
    payload = text(claims())[:-1] + f',"parent":{"null" if parent is ... else json.dumps(parent)}}}'
    case(f"parent-also-{name}", "`parent` is what it is, or the token is refused", "deny bad-claims", sign(header(), payload))

# --- a key set that an offline root key signed
TRUST = {"keys": "keys/signed.jwks.jwt", "root_key": "keys/root.jwk.json"}
SETS = {"signed": signed_set(), "signed-until": signed_set(exp=NOON)}
case("good-signed-set", "a signed key set, and the root key that signed it", "admit", GOOD, **TRUST)
case("good-signed-set-seen", "the edition that was seen last is no older one", "admit", GOOD, **TRUST, seen_key_set=7)
case("good-plain-set-seen", "a plain set has editions too", "admit", GOOD, keys="keys/numbered.jwks.json", seen_key_set=7)
case("good-signed-set-leeway", "the last second of the leeway after the set's end", "admit", GOOD, **TRUST | {"keys": "keys/signed-until.jwks.jwt"}, now=NOON + 59)
case("key-set-stale", "after the end of the set nobody vouches for its keys", "deny key-set-stale", GOOD, **TRUST | {"keys": "keys/signed-until.jwks.jwt"}, now=NOON + 60)
case("key-set-stale-other-key", "a key that is not in it is unknown all the same", "deny unknown-key", sign(header(kid=THEIRS.kid), claims(), THEIRS), **TRUST | {"keys": "keys/signed-until.jwks.jwt"}, now=NOON + 60)
case("token-by-root", "the root key signs key sets, and no tokens", "deny unknown-key", sign(header(kid=ROOT.kid), claims(), ROOT), **TRUST)
case("token-by-root-under-our-kid", "nor under another name", "deny bad-signature", sign(header(), claims(), ROOT), **TRUST)
case("feed-by-root", "nor feeds", "deny verifier-unavailable", GOOD, **TRUST, revocations=feed(ROOT, head={"alg": "EdDSA", "kid": ROOT.kid, "typ": "revocations+jwt"}))
case("typ-key-set", "a key set is no room token", "deny unsupported-header", sign(header(typ="jwk-set+jwt"), claims()))
case("set-as-token", "not even one that the root key signed", "deny unsupported-header", SETS["signed"], **TRUST)
case("set-as-feed", "and no feed either", "deny verifier-unavailable", GOOD, revocations=sign(header(typ="jwk-set+jwt"), {"iss": "roompass", "seq": 7, "iat": NOON, "ttl": 60, "before": {}, "jti": []}))
BAD_SETS = {
    "forged": ("another key under the root's kid", signed_set(THEIRS)), "other-kid": ("another key, honestly named", signed_set(THEIRS, {"alg": "EdDSA", "kid": THEIRS.kid, "typ": "jwk-set+jwt"})),
    "no-kid": ("no kid", signed_set(head={"alg": "EdDSA", "typ": "jwk-set+jwt"})), "by-member": ("signed by a key that it names itself", sign(header(typ="jwk-set+jwt"), key_set())),
    "typ-absent": ("no typ", signed_set(head={"alg": "EdDSA", "kid": ROOT.kid})), "typ-jwt": ("the typ of any JWT", signed_set(head={"alg": "EdDSA", "kid": ROOT.kid, "typ": "JWT"})),
    "typ-room": ("the typ of a room token", signed_set(head={"alg": "EdDSA", "kid": ROOT.kid, "typ": "room+jwt"})), "typ-feed": ("the typ of a feed", signed_set(head={"alg": "EdDSA", "kid": ROOT.kid, "typ": "revocations+jwt"})),
    "typ-case": ("a typ in other letters", signed_set(head={"alg": "EdDSA", "kid": ROOT.kid, "typ": "JWK-Set+JWT"})), "typ-long": ("a typ with its prefix", signed_set(head={"alg": "EdDSA", "kid": ROOT.kid, "typ": "application/jwk-set+jwt"})),
    "alg-none": ("no algorithm", signed_set(head={"alg": "none", "kid": ROOT.kid, "typ": "jwk-set+jwt"})), "crit": ("an extension", signed_set(head={"alg": "EdDSA", "kid": ROOT.kid, "typ": "jwk-set+jwt", "crit": ["exp"]})),
    "jwk": ("a key of its own", signed_set(head={"alg": "EdDSA", "kid": ROOT.kid, "typ": "jwk-set+jwt", "jwk": ROOT.jwk()})), "no-iss": ("no issuer", signed_set(iss=None)), "no-seq": ("no edition", signed_set(seq=None)),
    "no-iat": ("no time of signing", signed_set(iat=None)), "no-keys": ("no keys", signed_set(keys=None)), "empty": ("an empty set", signed_set(keys=[])), "ends-before": ("an end before its beginning", signed_set(exp=NOON - 86400)),
    "exp-text": ("an end in words", signed_set(exp="soon")), "seq-float": ("half an edition", signed_set(seq=7.5)), "other-issuer": ("another issuer", signed_set(iss="acme")), "private": ("a private half", signed_set(keys=[OURS.jwk(d="AAAA")])),
    "weak": ("a weak key", signed_set(keys=[OURS.jwk(x=b64(b"\1" + bytes(31)))])), "duplicate": ("two keys with one kid", signed_set(keys=[OURS.jwk(), THEIRS.jwk(kid=OURS.kid)])),
    "root-inside": ("the root key itself", signed_set(keys=[OURS.jwk(), ROOT.jwk()])), "root-renamed": ("the root key under another name", signed_set(keys=[OURS.jwk(), ROOT.jwk(kid="other")])), "root-kid": ("a key under the root's name", signed_set(keys=[OURS.jwk(), THEIRS.jwk(kid=ROOT.kid)])),
    "array": ("no object", sign({"alg": "EdDSA", "kid": ROOT.kid, "typ": "jwk-set+jwt"}, "[]")), "duplicate-member": ("two editions", sign({"alg": "EdDSA", "kid": ROOT.kid, "typ": "jwk-set+jwt"}, text(key_set())[:-1] + ',"seq":8}')),
    "tampered": ("a payload changed on its way", signed_set().split(".")[0] + "." + b64(raw(key_set(seq=8))) + "." + signed_set().split(".")[2]),
    "two-parts": ("no signature", signed_set().rsplit(".", 1)[0]), "padded": ("padding", signed_set() + "="), "feed": ("a feed", feed(ROOT, head={"alg": "EdDSA", "kid": ROOT.kid, "typ": "revocations+jwt"})), "token": ("a room token", GOOD),
}
for name, (what, jws) in BAD_SETS.items():
    SETS[f"bad-{name}"] = jws
    case(f"signed-set-{name}", f"a signed key set with {what} is no key set, and without one nobody gets in", "deny verifier-unavailable", GOOD, **TRUST | {"keys": f"keys/bad-{name}.jwks.jwt"})
case("signed-set-unsigned", "with a root key, no set is taken that nobody signed", "deny verifier-unavailable", GOOD, **TRUST | {"keys": "keys/numbered.jwks.json"})
case("signed-set-without-root", "without a root key, nobody can say who signed it", "deny verifier-unavailable", GOOD, keys=TRUST["keys"])
case("signed-set-rolled-back", "an older edition than was seen", "deny verifier-unavailable", GOOD, **TRUST, seen_key_set=8)
case("plain-set-rolled-back", "of a plain set too", "deny verifier-unavailable", GOOD, keys="keys/numbered.jwks.json", seen_key_set=8)
case("plain-set-unnumbered", "or one without a number, where one was seen", "deny verifier-unavailable", GOOD, seen_key_set=1)
for name, why in {"private": "a root key that shows its private half", "scoped": "a root key with limits that nobody enforces", "weak": "a root key for which anybody can forge", "missing": "no root key where one is named"}.items():
    case(f"root-key-{name}", f"{why}, so nobody gets in", "deny verifier-unavailable", GOOD, **TRUST | {"root_key": f"keys/root-{name}.jwk.json"})


def write_key_sets():
    roots = {"root": ROOT.jwk(), "root-private": ROOT.jwk(d="AAAA"), "root-scoped": ROOT.jwk(scope={"rooms": ["*"]}), "root-weak": ROOT.jwk(x=b64(b"\1" + bytes(31)))}
    for name, jwk in roots.items():
        (HERE / f"keys/{name}.jwk.json").write_text(json.dumps(jwk) + "\n")
    for name, jws in SETS.items():
        (HERE / f"keys/{name}.jwks.jwt").write_text(jws + "\n")
    (HERE / "keys/numbered.jwks.json").write_text(json.dumps(key_set(), indent=1) + "\n")
    sets = {
        "one": [OURS.jwk()], "two": [OURS.jwk(), THEIRS.jwk()], "empty": [], "private": [OURS.jwk(d="AAAA")],
        "weak": [OURS.jwk(x=b64(b"\1" + bytes(31)))], "duplicate": [OURS.jwk(), THEIRS.jwk(kid=OURS.kid)],
        "short": [OURS.jwk(x=b64(OURS.public[:31]))],
        "scoped": [OURS.jwk(), THEIRS.jwk(scope={"rooms": ["acme-*", "lobby"], "affiliations": ["member"], "max_lifetime": 86400})],
        "scope-unknown": [OURS.jwk(scope={"weekdays": ["mon"]})], "scope-empty": [OURS.jwk(scope={"rooms": []})], "state": [OURS.jwk(state="gone")],
    }
    for name, keys in sets.items():
        (HERE / f"keys/{name}.jwks.json").write_text(json.dumps({"keys": keys}, indent=1) + "\n")
    (HERE / "keys/other-issuer.jwks.json").write_text(json.dumps({"iss": "acme", "keys": [OURS.jwk()]}, indent=1) + "\n")
    (HERE / "keys/broken.jwks.json").write_text('{"keys": [\n')


def write(name, why, expect, token, more):
    fields = {"why": why, "expect": expect, "keys": "keys/one.jwks.json", "room": "standup", "now": NOON} | more | {"token": token}
    lines = "".join(f"{field}: {value}".rstrip() + "\n" for field, value in fields.items())
    (HERE / f"{name}.vector").write_text(lines)


if __name__ == "__main__":
    (HERE / "keys").mkdir(exist_ok=True)
    for old in HERE.glob("*.vector"):
        old.unlink()
    write_key_sets()
    assert len({name for name, *_ in CASES}) == len(CASES), "two cases of one name"
    for entry in CASES:
        write(*entry)
    print(len(CASES), "vectors")
