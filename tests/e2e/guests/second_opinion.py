#!/usr/bin/python3
"""What PyJWT makes of our tokens, and what it signs itself.

`second_opinion.py verify` reads {"keySet", "audience", "issuer", "tokens"} and prints
for each token its claims, or null if PyJWT does not verify it.
`second_opinion.py sign` reads {"key", "kid", "claims"} and prints the token.
"""

import json
import sys

import jwt
from jwt.algorithms import OKPAlgorithm


def verify(question):
    keys = {key["kid"]: OKPAlgorithm.from_jwk(json.dumps(key)) for key in question["keySet"]["keys"]}
    return [claims_of(token, keys, question) for token in question["tokens"]]


def claims_of(token, keys, question):
    try:
        key = keys[jwt.get_unverified_header(token)["kid"]]
        required = {"require": ["iss", "aud", "iat", "exp"]}
        return jwt.decode(token, key, algorithms=["EdDSA"], audience=question["audience"],
                          issuer=question["issuer"], options=required)
    except (jwt.InvalidTokenError, KeyError):
        return None


def sign(question):
    return jwt.encode(question["claims"], question["key"], algorithm="EdDSA", headers={"kid": question["kid"]})


ACTIONS = {"verify": verify, "sign": sign}
print(json.dumps(ACTIONS[sys.argv[1]](json.load(sys.stdin))))
