-- Codes of an authenticator app. `last_step` is the newest that was used: none is good twice.
CREATE TABLE second_factors (
    account TEXT PRIMARY KEY,
    secret TEXT NOT NULL,
    confirmed BIGINT NOT NULL,
    last_step BIGINT NOT NULL
);

-- Each good once.
CREATE TABLE recovery_codes (
    hash TEXT PRIMARY KEY,
    account TEXT NOT NULL
);
CREATE INDEX recovery_codes_by_account ON recovery_codes (account);

-- Whose passphrase was right and whose code is still to come.
CREATE TABLE half_sign_ins (
    hash TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
