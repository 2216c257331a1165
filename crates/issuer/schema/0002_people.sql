-- `rooms` is a list of patterns with spaces between; empty is every room. Secrets are kept as their SHA-256 in hex.

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    rooms TEXT NOT NULL,
    passphrase TEXT NOT NULL,
    active BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- A set-up, an invitation or a reset: good once. A reset names its account.
CREATE TABLE invitations (
    hash TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    note TEXT NOT NULL,
    role TEXT NOT NULL,
    rooms TEXT NOT NULL,
    made_by TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE sessions (
    hash TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    device TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account);

-- Browsers in which somebody has signed in before: strangers' failures do not shut them out.
CREATE TABLE devices (
    hash TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    seen_at BIGINT NOT NULL
);
