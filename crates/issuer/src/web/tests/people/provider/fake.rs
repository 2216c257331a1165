//! A provider of `OpenID` Connect that does what a test wants, and checks what a client must send.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::{Form, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PrivateSigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Somebody with an account there.
#[derive(Clone)]
pub(super) struct Person {
    subject: String,
    login: String,
    name: String,
    groups: Vec<String>,
    /// What only the userinfo endpoint says; nothing there, if null.
    pub(super) info: Value,
}

impl Person {
    pub(super) fn new(subject: &str, login: &str, name: &str, groups: &[&str]) -> Self {
        Self {
            subject: subject.to_owned(),
            login: login.to_owned(),
            name: name.to_owned(),
            groups: groups.iter().map(|group| (*group).to_owned()).collect(),
            info: Value::Null,
        }
    }

    fn claims(&self) -> Value {
        let mut claims = json!({"sub": self.subject, "name": self.name});
        // Who has an endpoint to ask has the rest from there.
        if self.info.is_null() {
            claims["preferred_username"] = self.login.clone().into();
            claims["groups"] = self.groups.clone().into();
        }
        claims
    }
}

/// What it knows, and how it lies.
#[derive(Default)]
pub(super) struct Mind {
    /// Code → what was asked for with it.
    codes: BTreeMap<String, (BTreeMap<String, String>, Person)>,
    info: Value,
    /// Changes the claims of an ID token before they are signed.
    pub(super) lie: Option<fn(&mut Value)>,
    /// Changes the signed ID token.
    pub(super) forge: Option<fn(String) -> String>,
    /// Of the key that signs.
    pub(super) seed: u8,
    /// Of the key that it publishes.
    pub(super) published: u8,
    pub(super) is_away: bool,
    pub(super) calls_itself: Option<String>,
    pub(super) says_who: bool,
    /// How often it was asked for its keys.
    pub(super) key_requests: usize,
    next: u32,
}

#[derive(Clone)]
pub(super) struct Fake {
    pub(super) issuer: String,
    mind: Arc<Mutex<Mind>>,
}

impl Fake {
    pub(super) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let fake = Self {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            mind: Arc::default(),
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        fake
    }

    pub(super) fn mind(&self) -> MutexGuard<'_, Mind> {
        self.mind.lock().unwrap()
    }

    /// Lets somebody in who was sent this way; gives the path by which they come back.
    pub(super) fn approve(&self, way: &str, person: &Person) -> String {
        let asked = query(way);
        assert!(
            way.starts_with(&format!("{}/authorize?", self.issuer)),
            "{way}"
        );
        assert_eq!(asked["response_type"], "code");
        assert_eq!(asked["client_id"], "roompass");
        let state = asked["state"].clone();
        let mut mind = self.mind();
        mind.next += 1;
        let code = format!("code-{}", mind.next);
        mind.codes.insert(code.clone(), (asked, person.clone()));
        let iss = if mind.says_who {
            format!("&iss={}", self.issuer)
        } else {
            String::new()
        };
        format!("/sign-in/provider/answer?code={code}&state={state}{iss}")
    }

    fn id_token(&self, nonce: &str, person: &Person) -> String {
        let mind = self.mind();
        let now = super::now().as_secs();
        let mut claims = person.claims();
        claims["iss"] = self.issuer.clone().into();
        claims["aud"] = "roompass".into();
        claims["nonce"] = nonce.into();
        claims["iat"] = now.into();
        claims["exp"] = (now + 300).into();
        if let Some(lie) = mind.lie {
            lie(&mut claims);
        }
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let kid = format!("key-{}", mind.seed);
        let head = part(json!({"alg": "EdDSA", "kid": kid}));
        let text = format!("{head}.{}", part(claims));
        let signature = key(mind.seed).sign(&CoreJwsSigningAlgorithm::EdDsa, text.as_bytes());
        let token = format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.unwrap()));
        mind.forge.map_or(token.clone(), |forge| forge(token))
    }
}

/// The parameters of an address.
pub(super) fn query(address: &str) -> BTreeMap<String, String> {
    let address = url::Url::parse(address).unwrap();
    address.query_pairs().into_owned().collect()
}

fn key(seed: u8) -> CoreEdDsaPrivateSigningKey {
    // PKCS#8 of an Ed25519 key (RFC 8410 §7).
    let mut der = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20".to_vec();
    der.extend([seed; 32]);
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(der)
    );
    let kid = JsonWebKeyId::new(format!("key-{seed}"));
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(kid)).unwrap()
}

async fn discovery(State(fake): State<Fake>) -> Response {
    let mind = fake.mind();
    if mind.is_away {
        return axum::http::StatusCode::BAD_GATEWAY.into_response();
    }
    let at = |path: &str| format!("{}{path}", fake.issuer);
    Json(json!({
        "issuer": mind.calls_itself.as_ref().unwrap_or(&fake.issuer),
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/userinfo"),
        "jwks_uri": at("/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
        "authorization_response_iss_parameter_supported": mind.says_who,
    }))
    .into_response()
}

async fn keys(State(fake): State<Fake>) -> Json<Value> {
    let mut mind = fake.mind();
    mind.key_requests += 1;
    let public = key(mind.published).as_verification_key();
    Json(json!({"keys": [public]}))
}

async fn token(
    State(fake): State<Fake>,
    headers: HeaderMap,
    Form(asked): Form<BTreeMap<String, String>>,
) -> Response {
    let refuse = |error: &str| {
        let body = Json(json!({"error": error, "error_description": "<b>no</b>"}));
        (axum::http::StatusCode::BAD_REQUEST, body).into_response()
    };
    let basic = format!("Basic {}", STANDARD.encode("roompass:s3cret"));
    if headers
        .get("authorization")
        .is_none_or(|sent| sent != basic.as_str())
    {
        return refuse("invalid_client");
    }
    // A code is good once.
    let Some((begun, person)) = fake.mind().codes.remove(&asked["code"]) else {
        return refuse("invalid_grant");
    };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&asked["code_verifier"]));
    if challenge != begun["code_challenge"] || asked["redirect_uri"] != begun["redirect_uri"] {
        return refuse("invalid_grant");
    }
    fake.mind().info = person.info.clone();
    if !person.info.is_null() && person.info["sub"].is_null() {
        fake.mind().info["sub"] = person.subject.clone().into();
    }
    let id_token = fake.id_token(&begun["nonce"], &person);
    Json(json!({"access_token": "access", "token_type": "Bearer", "id_token": id_token}))
        .into_response()
}

async fn userinfo(State(fake): State<Fake>, headers: HeaderMap) -> Json<Value> {
    assert_eq!(headers["authorization"], "Bearer access");
    Json(fake.mind().info.clone())
}
