//! One-time codes of an authenticator app (RFC 6238): six digits, a new one every thirty seconds. Pure.

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use room_token::Timestamp;
use sha1::Sha1;
use zeroize::Zeroizing;

use super::base32;

/// What app and issuer share: 160 bits (RFC 4226 §4, R6). `Debug` hides it.
#[derive(Clone)]
pub(crate) struct TotpSecret(Zeroizing<Vec<u8>>);

/// In seconds (RFC 6238 §4.1).
const STEP: u64 = 30;
/// As many steps may an app's clock be off, either way (§6).
const SLACK: u64 = 1;

impl TotpSecret {
    pub(crate) fn new(random: [u8; 32]) -> Self {
        Self(Zeroizing::new(random.into_iter().take(20).collect()))
    }

    /// As the ledger keeps it.
    pub(crate) fn stored(text: &str) -> Option<Self> {
        Some(Self(Zeroizing::new(base32::decode(text)?)))
    }

    /// As somebody types it who cannot scan it.
    pub(crate) fn text(&self) -> String {
        base32::encode(&self.0)
    }

    /// What the app scans, in the form that all apps read.
    pub(crate) fn uri(&self, login: &str, place: &str) -> String {
        let login = utf8_percent_encode(login, NON_ALPHANUMERIC);
        let issuer = format!("Roompass {place}");
        let issuer = utf8_percent_encode(issuer.trim_end(), NON_ALPHANUMERIC).to_string();
        format!(
            "otpauth://totp/{issuer}:{login}?secret={}&issuer={issuer}",
            self.text()
        )
    }

    /// The step of this code, if it is one of now, and newer than the one that was used last.
    pub(crate) fn step_of(&self, code: u32, last: u64, now: Timestamp) -> Option<u64> {
        let this = now.as_secs() / STEP;
        let steps = this.saturating_sub(SLACK)..=this + SLACK;
        let mut right = steps.filter(|step| *step > last && self.code(*step) == Some(code));
        right.next()
    }

    /// RFC 4226 §5.3.
    fn code(&self, step: u64) -> Option<u32> {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).ok()?;
        mac.update(&step.to_be_bytes());
        let sum = mac.finalize().into_bytes();
        let offset = usize::from(sum.last()? & 15);
        let four: [u8; 4] = sum.get(offset..offset + 4)?.try_into().ok()?;
        Some((u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
    }

    /// As the app would show it.
    #[cfg(test)]
    pub(crate) fn shown(&self, at: Timestamp) -> String {
        format!("{:06}", self.code(at.as_secs() / STEP).unwrap())
    }
}

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

/// Six digits, however they are grouped.
pub(crate) fn parse_code(typed: &str) -> Option<u32> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let is_code = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_code.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64) -> Timestamp {
        Timestamp::from_secs(secs).unwrap()
    }

    /// Appendix B, the last six of its eight digits.
    #[test]
    fn the_standards_own_codes() {
        let secret = TotpSecret(Zeroizing::new(b"12345678901234567890".to_vec()));
        for (secs, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret.shown(at(secs)), code);
        }
    }

    #[test]
    fn a_code_is_good_a_step_before_and_after_and_not_twice() {
        let secret = TotpSecret::new([7; 32]);
        let code = parse_code(&secret.shown(at(3000))).unwrap();
        for (secs, expected) in [
            (2969, None),
            (2970, Some(100)),
            (3059, Some(100)),
            (3060, None),
        ] {
            assert_eq!(secret.step_of(code, 0, at(secs)), expected, "{secs}");
        }
        assert_eq!(secret.step_of(code, 100, at(3000)), None, "it was used");
        assert_eq!(secret.step_of(code, 99, at(3000)), Some(100));
    }

    #[test]
    fn it_is_scanned_or_typed() {
        let secret = TotpSecret::new([7; 32]);
        assert_eq!(secret.text().len(), 32);
        assert_eq!(
            TotpSecret::stored(&secret.text()).unwrap().text(),
            secret.text()
        );
        let uri = secret.uri("ada@x", "meet.example.org");
        assert!(
            uri.starts_with("otpauth://totp/Roompass%20meet%2Eexample%2Eorg:ada%40x?secret=A4DQ"),
            "{uri}"
        );
        assert_eq!(parse_code(" 012 345 "), Some(12_345));
        for typed in ["", "12345", "1234567", "12345a", "+12345", "١٢٣٤٥٦"] {
            assert_eq!(parse_code(typed), None, "{typed}");
        }
    }
}
