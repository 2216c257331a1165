#!/usr/bin/env python3
"""Ten thousand shards ask one issuer for keys and revocations: an hour of it, simulated, and what reaches the issuer.

    tests/sizing.py [SHARDS [ENTRIES]]    10 000 shards and a feed of 1000 entries, unless it is told otherwise

The waits are those of lua/roompass_source.lib.lua and lua/roompass_live.lib.lua, the answers those of
crates/issuer/src/web/document.rs and revocations.rs; a test reads the numbers there. What must hold is asserted, how much it
costs is printed. The same arguments print the same: chance is seeded.
"""

import heapq
import random
import sys
from collections import Counter

HOUR = 3600
MAX_AGE = 300  # seconds, of the key set
TTL = 60  # of the feed
RETRY = 30  # after an answer that did not come
RENEW_AFTER = 30  # how old a signed feed gets before it is signed anew
PUBLISHED_BEFORE_IT_SIGNS = 600  # what `roompass keys rotate` waits for
EARLIEST, LATEST = 0.75, 0.95  # of a wait

HEAD = 450  # bytes of an answer without a body
KEY_SET = 330  # bytes, two keys
ENTRY, FEED = 19, 300  # bytes of an entry, and of a feed without one (docs/performance.md)

ROTATED, REVOKED, DOWN, REVOKED_WHILE_DOWN, UP = 600, 1200, 1800, 1900, 2400


class Issuer:
    """What is published, and who asked for it when."""

    def __init__(self, entries):
        self.signed_at, self.entries = None, entries
        self.requests, self.sent, self.unchanged = Counter(), Counter(), 0

    def key_set(self, now):
        return ("keys", now >= ROTATED), KEY_SET

    def feed(self, now):
        seq = (now >= REVOKED) + (now >= REVOKED_WHILE_DOWN)
        if self.signed_at is None or self.signed_at[0] != seq or now - self.signed_at[1] >= RENEW_AFTER:
            self.signed_at = (seq, now)
        return self.signed_at, FEED + ENTRY * self.entries

    def answer(self, what, known, now):
        """The edition there is, or None while the issuer is away."""
        self.requests[int(now)] += 1
        if DOWN <= now < UP:
            return None
        edition, size = self.key_set(now) if what == "keys" else self.feed(now)
        self.unchanged += edition == known
        self.sent[int(now)] += HEAD + (0 if edition == known else size)
        return edition


class Shards:
    """Each has a document of either kind, and remembers when it saw what is asked about."""

    def __init__(self, count, chance):
        self.known = {what: [None] * count for what in ("keys", "feed")}
        self.chance = chance
        # They were started during a minute.
        self.ahead = [(chance.uniform(0, 60), shard, what) for shard in range(count) for what in self.known]
        heapq.heapify(self.ahead)
        self.seen = {name: {} for name in NEWS}

    def run(self, issuer):
        while self.ahead[0][0] < HOUR:
            now, shard, what = self.ahead[0]
            before = self.known[what][shard]
            edition = issuer.answer(what, before, now)
            wait = MAX_AGE if what == "keys" else TTL
            if edition is None:
                wait = min(wait, RETRY)
            elif edition != before:
                self.take(now, shard, what, edition)
            wait *= self.chance.uniform(EARLIEST, LATEST)
            heapq.heapreplace(self.ahead, (now + wait, shard, what))

    def take(self, now, shard, what, edition):
        self.known[what][shard] = edition
        for name, (kind, _, is_it) in NEWS.items():
            if kind == what and is_it(edition):
                self.seen[name].setdefault(shard, now)

    def worst(self, name):
        """Seconds from the news to the last shard that has it; each has it."""
        times = self.seen[name]
        assert len(times) == len(self.known["keys"]), f"{name}: only {len(times)} shards have it"
        return max(times.values()) - NEWS[name][1]


# What is asked about: in which document, since when, and which edition says so.
NEWS = {
    "next key": ("keys", ROTATED, lambda edition: edition[1]),
    "revoked": ("feed", REVOKED, lambda edition: edition[0] >= 1),
    "revoked while the issuer was away": ("feed", REVOKED_WHILE_DOWN, lambda edition: edition[0] >= 2),
}


def table(counter, begin, end):
    values = [counter[second] for second in range(begin, end)]
    return sum(values) / len(values), max(values)


def check(issuer, shards):
    """What must hold, however many there are."""
    assert shards.worst("next key") < PUBLISHED_BEFORE_IT_SIGNS, "a key would sign before all shards know it"
    assert shards.worst("next key") <= MAX_AGE * LATEST
    assert shards.worst("revoked") <= TTL * LATEST
    assert shards.worst("revoked while the issuer was away") <= UP - REVOKED_WHILE_DOWN + TTL * LATEST
    assert 0 < issuer.unchanged < sum(issuer.requests.values())
    count = len(shards.known["keys"])
    _, most = table(issuer.requests, 120, HOUR)
    # Nobody comes all at once: not even when the issuer returns do more than a tenth of all ask in one second.
    assert most < max(20, 2 * count / 10), f"{most} requests in one second"


def main(count=10_000, entries=1000):
    issuer, shards = Issuer(entries), Shards(count, random.Random(7))
    shards.run(issuer)
    check(issuer, shards)
    print(f"{count} shards, a feed of {entries} entries ({FEED + ENTRY * entries} bytes), one issuer, one hour")
    for name, begin, end in (("ordinary", 120, DOWN), ("away", DOWN + 60, UP), ("back again", UP, UP + 60)):
        mean, most = table(issuer.requests, begin, end)
        bytes_mean, bytes_most = table(issuer.sent, begin, end)
        print(f"  {name:11}{mean:7.0f} requests/s, most {most:5} {bytes_mean / 1e6:8.2f} MB/s, most {bytes_most / 1e6:7.2f}")
    print(f"  unchanged  {issuer.unchanged / sum(issuer.requests.values()):7.1%} of the answers")
    for name in NEWS:
        print(f"  {name}: the last shard has it after {shards.worst(name):.0f} s")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
