"""Makes a ledger of SQLite larger: every link so many times more, each under a name of its own.

What pages and searches look at is as in a ledger that grew by itself; the hashes are copies, so its chain is not whole.
"""

import sqlite3
import sys

ledger, times = sys.argv[1], int(sys.argv[2])
db = sqlite3.connect(ledger)
db.execute("PRAGMA synchronous = OFF")
(end,) = db.execute("SELECT MAX(seq) FROM entries").fetchone()
columns = [row[1] for row in db.execute("PRAGMA table_info(links)")]
rest = ", ".join(name for name in columns if name not in ("seq", "jti"))
for copy in range(1, times):
    named = (copy * end, f"-{copy}", end)
    db.execute(
        "INSERT INTO entries (seq, at, actor, action, subject, detail, hash) "
        "SELECT seq + ?, at, actor, action, subject || ?, detail, hash FROM entries WHERE seq <= ?",
        named,
    )
    db.execute(
        f"INSERT INTO links (seq, jti, {rest}) SELECT seq + ?, jti || ?, {rest} FROM links WHERE seq <= ?",
        named,
    )
db.execute("UPDATE chain SET seq = ?", (times * end,))
db.commit()
