//! A body that is the same for everybody, with a strong `ETag` (RFC 9110 §8.8.3).

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use room_token::KeySet;
use sha2::{Digest, Sha256};

/// Text, its type, and how long a cache may keep it.
#[derive(Debug)]
pub(crate) struct Document {
    body: String,
    content_type: &'static str,
    cache_control: &'static str,
    tag: String,
}

impl Document {
    pub(crate) fn new(
        body: String,
        content_type: &'static str,
        cache_control: &'static str,
    ) -> Self {
        let digest = URL_SAFE_NO_PAD.encode(Sha256::digest(&body));
        let short: String = digest.chars().take(16).collect();
        Self {
            body,
            content_type,
            cache_control,
            tag: format!("\"{short}\""),
        }
    }

    /// `/.well-known/jwks.json`. A shard may go on with its copy for a day while the issuer is down.
    pub(crate) fn key_set(key_set: &KeySet) -> Self {
        Self::new(
            key_set.to_json(),
            "application/jwk-set+json",
            "public, max-age=300, stale-if-error=86400",
        )
    }

    /// `/.well-known/jwks.jwt`: the same, as a root key signed it.
    pub(crate) fn signed_key_set(text: String) -> Self {
        Self::new(
            text,
            "application/jwk-set+jwt",
            "public, max-age=300, stale-if-error=86400",
        )
    }

    /// The text, or 304 for somebody who has it.
    pub(crate) fn answer(&self, asked: &HeaderMap) -> Response {
        let caching = [
            (ETAG, self.tag.clone()),
            (CACHE_CONTROL, self.cache_control.to_owned()),
        ];
        if self.is_known(asked) {
            return (StatusCode::NOT_MODIFIED, caching).into_response();
        }
        let content_type = [(CONTENT_TYPE, self.content_type)];
        (caching, content_type, self.body.clone()).into_response()
    }

    /// RFC 9110 §13.1.2: a list, compared weakly, or `*`.
    fn is_known(&self, asked: &HeaderMap) -> bool {
        let lists = asked
            .get_all(IF_NONE_MATCH)
            .iter()
            .filter_map(|list| list.to_str().ok());
        lists
            .flat_map(|list| list.split(','))
            .map(str::trim)
            .any(|tag| tag == "*" || tag.trim_start_matches("W/") == self.tag)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_it_gets_304() {
        let document = Document::new("text".to_owned(), "text/plain", "no-cache");
        let status = |header: &str| {
            let mut asked = HeaderMap::new();
            asked.insert(IF_NONE_MATCH, header.parse().unwrap());
            document.answer(&asked).status()
        };
        let tag = &document.tag;
        for known in [
            tag.clone(),
            format!("W/{tag}"),
            format!("\"x\", {tag}"),
            "*".to_owned(),
        ] {
            assert_eq!(status(&known), StatusCode::NOT_MODIFIED, "{known}");
        }
        assert_eq!(status("\"x\""), StatusCode::OK);
        assert_eq!(status(tag.trim_matches('"')), StatusCode::OK);
        let other = Document::new("text2".to_owned(), "text/plain", "no-cache");
        assert_ne!(other.tag, *tag);
    }
}
