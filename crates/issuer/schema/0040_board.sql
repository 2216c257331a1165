-- What the issuers of one ledger tell each other: public keys, and what was taken back. Each names whose links it is for.
CREATE TABLE boards (
    issuer TEXT PRIMARY KEY,
    keys_seq BIGINT NOT NULL,
    taken_seq BIGINT NOT NULL,
    -- SHA-256 in hex of the entries, so that nobody reads a long list to learn that it is their own.
    taken_digest TEXT NOT NULL
);
CREATE TABLE board_keys (
    issuer TEXT NOT NULL,
    holder TEXT NOT NULL,
    kid TEXT NOT NULL,
    jwk TEXT NOT NULL,
    imported BIGINT NOT NULL,
    since BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, holder, kid)
);
-- An entry is a row of the list's file.
CREATE TABLE board_taken (
    issuer TEXT NOT NULL,
    entry TEXT NOT NULL,
    forget_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, entry)
);
