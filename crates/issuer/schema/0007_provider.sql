-- Accounts of people who sign in at a provider of OpenID Connect: by issuer and subject, and by nothing else.
CREATE TABLE provider_accounts (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account TEXT NOT NULL UNIQUE,
    PRIMARY KEY (issuer, subject)
);
