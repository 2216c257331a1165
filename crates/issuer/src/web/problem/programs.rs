//! What only programs run into: keys, and requests that come twice.

use axum::http::StatusCode;

use super::Problem;

impl Problem {
    pub(crate) fn no_records() -> Self {
        let detail = "this issuer keeps no record of links; start it with `--ledger URL`";
        let (status, title) = (StatusCode::NOT_FOUND, "No ledger here");
        Self::new(status, "no-ledger", title, detail)
    }

    pub(crate) fn no_repeating() -> Self {
        let detail = "this issuer has no ledger to know a request again by; leave `Idempotency-Key` out, or start it with \
                      `--ledger URL`";
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "not-repeatable",
            "Not known again",
            detail,
        )
        .at("Idempotency-Key")
    }

    pub(crate) fn reused_key() -> Self {
        let detail = "this key came with another request within the last 24 hours; send each new request with a key of \
                      its own, and a repeated one with the same bytes";
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self::new(status, "key-reused", "Another request", detail).at("Idempotency-Key")
    }

    /// The link is there, and its key does not sign any more, or the request means something else by now.
    pub(crate) fn not_repeatable() -> Self {
        let detail = "a link was issued for this request, and cannot be signed as it was: the signing key or the settings \
                      have changed since; take that link back, and ask again with a new key";
        let (status, title) = (StatusCode::CONFLICT, "Not known again");
        Self::new(status, "not-repeatable", title, detail).at("Idempotency-Key")
    }

    pub(crate) fn bad_api_key() -> Self {
        let detail = "this API key is not known, has ended, or its maker may not sign in any more; make another one \
                      under your name on the pages of this issuer, or with `roompass admin key new` where it runs";
        let (status, title) = (StatusCode::UNAUTHORIZED, "Who are you?");
        Self::new(status, "unauthorized", title, detail)
    }

    /// `/metrics`, for somebody else.
    pub(crate) fn not_measured() -> Self {
        let detail = "these numbers are for a monitor on this machine that asks without a proxy; for one elsewhere, set \
                      `metrics_token_file`, and let it send the token in that file as `Authorization: Bearer TOKEN`";
        let (status, title) = (StatusCode::FORBIDDEN, "Not for everybody");
        Self::new(status, "metrics-closed", title, detail)
    }

    /// Everybody comes from the provider.
    pub(crate) fn no_passphrases() -> Self {
        let detail = "people sign in at the provider here, and not with a passphrase; the operator can make a link for one \
                      administrator with `roompass admin invite`";
        let (status, title) = (StatusCode::FORBIDDEN, "Not with a passphrase");
        Self::new(status, "passphrases-off", title, detail)
    }

    pub(crate) fn sign_in() -> Self {
        let detail = "this needs somebody who is signed in; open the form in a browser, or send an API key or the \
                      admin token as `Authorization: Bearer KEY`";
        Self::new(
            StatusCode::UNAUTHORIZED,
            "unauthorized",
            "Who are you?",
            detail,
        )
    }
}
