//! What came back from the provider, made sure of: the code becomes tokens, and of these the ID token is believed only after
//! every check of OIDC Core §3.1.3.7.

use chrono::{DateTime, Utc};
use openidconnect::core::{CoreErrorResponseType, CoreJwsSigningAlgorithm};
use openidconnect::{
    AuthorizationCode, ClaimsVerificationError, Nonce, OAuth2TokenResponse, RedirectUrl,
    RequestTokenError, SignatureVerificationError, StandardErrorResponse, TokenResponse,
};
use room_token::Timestamp;

use super::claims::{self, Identity};
use super::fetch::{Client, FetchError};
use super::types::{IdClaims, Info, Metadata, Relying, Tokens};
use super::{Arrived, ProviderError, ProviderSettings};

/// One that this browser began, then.
pub(super) struct Arrival<'a> {
    pub(super) settings: &'a ProviderSettings,
    pub(super) arrived: &'a Arrived,
    pub(super) begun: Timestamp,
}

/// Those that only the provider can sign with. The others use our own secret, or nothing.
const BELIEVED: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::EdDsa,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
];

/// In seconds, that a provider's clock may be ahead of ours.
const SLACK: u64 = 60;

impl Arrival<'_> {
    /// RFC 9207 §2.4: whoever answers says who they are, and it is whom we asked. This is what keeps one provider from
    /// passing on another's codes.
    pub(super) fn is_of(&self, metadata: &Metadata) -> Result<(), ProviderError> {
        let must_say = metadata
            .additional_metadata()
            .authorization_response_iss_parameter_supported;
        match self.arrived.issuer.as_deref() {
            Some(issuer) if issuer == self.settings.issuer() => Ok(()),
            None if !must_say => Ok(()),
            Some(_) | None => Err(ProviderError::OtherProvider),
        }
    }

    pub(super) fn exchange(
        &self,
        code: &str,
        metadata: &Metadata,
        client: &Client,
    ) -> Result<Tokens, ProviderError> {
        let redirect = RedirectUrl::new(self.arrived.redirect.clone());
        let redirect = redirect.map_err(|_| ProviderError::Away)?;
        let issuer = self.settings.issuer();
        let proof = self.arrived.ticket.proof(issuer, self.begun);
        let relying = self.settings.relying(metadata).set_redirect_uri(redirect);
        let code = AuthorizationCode::new(code.to_owned());
        let asking = relying
            .exchange_code(code)
            .map_err(|_| ProviderError::Away)?;
        asking
            .set_pkce_verifier(proof)
            .request(client)
            .map_err(|error| refused(&error))
    }

    /// Who the tokens say it is.
    pub(super) fn believe(
        &self,
        metadata: &Metadata,
        tokens: &Tokens,
        client: &Client,
    ) -> Result<Identity, ProviderError> {
        let relying = self.settings.relying(metadata);
        let claims = self.id_claims(&relying, tokens)?;
        let claim = self.settings.groups_claim();
        if claims::is_enough(claims, claim) {
            return claims::identity(self.settings, claims, None);
        }
        let subject = claims.subject().clone();
        let Ok(asking) = relying.user_info(tokens.access_token().clone(), Some(subject)) else {
            return claims::identity(self.settings, claims, None);
        };
        // Of another's answer the library says no.
        let info: Info = asking.request(client).map_err(|_| ProviderError::Away)?;
        claims::identity(self.settings, claims, Some(&info))
    }

    fn id_claims<'t>(
        &self,
        relying: &Relying,
        tokens: &'t Tokens,
    ) -> Result<&'t IdClaims, ProviderError> {
        let why = "it has no ID token";
        let token = tokens
            .id_token()
            .ok_or(ProviderError::Unbelievable { why })?;
        let now = self.arrived.now;
        let latest = time(now.plus(SLACK));
        let verifier = relying
            .id_token_verifier()
            .set_allowed_algs(BELIEVED)
            .set_time_fn(move || time(now))
            .set_issue_time_verifier_fn(move |issued| {
                let is_past = issued <= latest;
                is_past.then_some(()).ok_or_else(String::new)
            });
        let nonce = self
            .arrived
            .ticket
            .nonce(self.settings.issuer(), self.begun);
        token
            .claims(&verifier, &Nonce::new(nonce))
            .map_err(|error| unbelievable(&error))
    }
}

fn time(at: Timestamp) -> DateTime<Utc> {
    let secs = i64::try_from(at.as_secs()).unwrap_or(i64::MAX);
    DateTime::from_timestamp(secs, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

type Refused = RequestTokenError<FetchError, StandardErrorResponse<CoreErrorResponseType>>;

fn refused(error: &Refused) -> ProviderError {
    let RequestTokenError::ServerResponse(answer) = error else {
        return ProviderError::Away;
    };
    match answer.error() {
        CoreErrorResponseType::InvalidGrant => ProviderError::Used,
        CoreErrorResponseType::InvalidClient | CoreErrorResponseType::UnauthorizedClient => {
            ProviderError::WeAreUnknown
        }
        CoreErrorResponseType::Extension(_)
        | CoreErrorResponseType::InvalidRequest
        | CoreErrorResponseType::InvalidScope
        | CoreErrorResponseType::UnsupportedGrantType => ProviderError::Away,
    }
}

/// In our words: the library's quote what was sent.
fn unbelievable(error: &ClaimsVerificationError) -> ProviderError {
    let why = match error {
        ClaimsVerificationError::Expired(_) => "its time is not now",
        ClaimsVerificationError::InvalidAudience(_) => "it is for another service",
        ClaimsVerificationError::InvalidIssuer(_) => return ProviderError::OtherProvider,
        ClaimsVerificationError::InvalidNonce(_) => "it is for another sign-in",
        ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey,
        ) => return ProviderError::UnknownKey,
        ClaimsVerificationError::SignatureVerification(_) => "its signature is not good",
        ClaimsVerificationError::InvalidAuthContext(_)
        | ClaimsVerificationError::InvalidAuthTime(_)
        | ClaimsVerificationError::InvalidSubject(_)
        | ClaimsVerificationError::Other(_)
        | ClaimsVerificationError::Unsupported(_)
        | _ => "it is not as the standard wants it",
    };
    ProviderError::Unbelievable { why }
}
