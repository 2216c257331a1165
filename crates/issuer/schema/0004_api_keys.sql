-- Keys of programs: good for what both the key and its account may. One without an account was made at the machine.
CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    made_by TEXT NOT NULL,
    note TEXT NOT NULL,
    role TEXT NOT NULL,
    rooms TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL
);
CREATE INDEX api_keys_by_account ON api_keys (account);
