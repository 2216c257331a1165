-- One set of statements for SQLite and PostgreSQL: BIGINT and TEXT alone, times in seconds since 1970, hashes in hex.

-- The last entry of the chain. Whoever appends holds this row, so that appends follow one another.
CREATE TABLE chain (
    id BIGINT PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO chain (id, seq, hash) VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- Everything that was done, each entry chained to the one before.
CREATE TABLE entries (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX entries_by_subject ON entries (subject, seq);

-- What was issued, to be found again; the claims are the detail of the entry of the same number. Never the token.
CREATE TABLE links (
    seq BIGINT PRIMARY KEY,
    jti TEXT NOT NULL UNIQUE,
    kid TEXT NOT NULL,
    room TEXT NOT NULL,
    name TEXT NOT NULL,
    affiliation TEXT NOT NULL,
    issued_by TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    opens_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX links_by_room ON links (room, seq);
CREATE INDEX links_by_end ON links (expires_at);

-- What the set-up learned and no configuration says.
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
