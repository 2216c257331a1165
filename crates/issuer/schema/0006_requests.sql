-- Requests that are carried out once, however often they come. Their keys and bodies are kept as SHA-256 in hex.
CREATE TABLE requests (
    scope TEXT NOT NULL,
    hash TEXT NOT NULL,
    body TEXT NOT NULL,
    jti TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (scope, hash)
);
CREATE INDEX requests_by_end ON requests (expires_at);
