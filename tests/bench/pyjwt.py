"""Times PyJWT on the same token."""

import json
import sys
import time

import jwt

key_set_path, token = sys.argv[2:4]
with open(key_set_path, encoding="utf-8") as file:
    key = jwt.PyJWK(json.load(file)["keys"][0]).key
# PyJWT reads the clock; the token's time is past.
options = {"verify_exp": False, "verify_iat": False}

CALLS = 1000
start = time.process_time()
for _ in range(CALLS):
    jwt.decode(token, key, algorithms=["EdDSA"], issuer="roompass", audience="jitsi", options=options)
print(f"PyJWT (Python)\t{(time.process_time() - start) * 1e6 / CALLS}")
