"""Issues links as one would write it with FastAPI, PyJWT and SQLite: the same claims as ours, and a durable row and a chained
entry for each before the answer. `python_service.py PORT DATABASE`"""

import base64
import hashlib
import json
import os
import sqlite3
import sys
import time
import unicodedata
import urllib.parse

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI
from pydantic import BaseModel, Field

PORT, FILE = int(sys.argv[1]), sys.argv[2]
KEY = Ed25519PrivateKey.generate()
DB = sqlite3.connect(FILE, check_same_thread=False)
DB.executescript(
    """PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE entries (seq INTEGER PRIMARY KEY, at INT, actor TEXT, action TEXT, subject TEXT, detail TEXT, hash TEXT);
    CREATE TABLE links (seq INTEGER PRIMARY KEY, jti TEXT UNIQUE, kid TEXT, room TEXT, name TEXT, issued_at INT, expires_at INT);
    CREATE INDEX links_by_room ON links (room, seq); CREATE INDEX links_by_end ON links (expires_at);"""
)
app = FastAPI()
head = {"seq": 0, "hash": "0" * 64}


class Asked(BaseModel):
    room: str = Field(max_length=200)
    name: str = Field("", max_length=100)


def record(claims):
    detail = json.dumps(claims)
    head["seq"] += 1
    text = f"{head['hash']}{head['seq']}{claims['iat']}link.issue{claims['jti']}{detail}"
    head["hash"] = hashlib.sha256(text.encode()).hexdigest()
    user = claims["context"]["user"]
    entry = (head["seq"], claims["iat"], "api", "link.issue", claims["jti"], detail, head["hash"])
    link = (head["seq"], claims["jti"], "kid", claims["room"], user["name"], claims["iat"], claims["exp"])
    with DB:
        DB.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)", entry)
        DB.execute("INSERT INTO links VALUES (?, ?, ?, ?, ?, ?, ?)", link)


@app.get("/healthz")
async def healthz():
    return "ok"


@app.post("/api/v1/links", status_code=201)
async def issue(asked: Asked):
    room = urllib.parse.quote(unicodedata.normalize("NFKC", asked.room).strip().lower(), safe="")
    iat = int(time.time())
    jti = base64.urlsafe_b64encode(os.urandom(8)).rstrip(b"=").decode()
    user = {"name": asked.name, "affiliation": "member"}
    claims = {"iss": "roompass", "aud": "jitsi", "room": room, "iat": iat, "exp": iat + 7200, "jti": jti, "context": {"user": user}}
    token = jwt.encode(claims, KEY, "EdDSA", headers={"kid": "kid", "typ": "room+jwt"})
    record(claims)
    link = f"https://meet.example.org/{room}?jwt={token}"
    return {"token": token, "link": link, "room": room, "token_id": jti, "expires_at": claims["exp"]}


uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="error")
