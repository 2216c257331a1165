//! What the operator wants, beside the doors themselves.

use crate::literal::quote;
use crate::site::Site;

/// Options for the global section. What is not given stays as an earlier `enable` wrote it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Wishes {
    /// `roompass_key_set`: path or URL.
    pub key_set: Option<String>,
    /// `roompass_revocations`: path or URL.
    pub revocations: Option<String>,
    /// `roompass_verifier_path`: the library, where Lua does not find it by itself.
    pub verifier: Option<String>,
    /// `roompass_lobby`: people without a link may knock.
    pub lobby: Option<String>,
    /// `roompass_main_domains`, on a visitor node.
    pub main_domains: Vec<String>,
    /// More domains for `roompass_exempt_domains`.
    pub exempt: Vec<String>,
    /// `roompass_unguarded`: rooms that stay open.
    pub unguarded: Vec<String>,
}

impl Wishes {
    /// Fills in what an earlier run wrote: what is set in `before`, and no more once our lines are gone.
    pub(crate) fn or_as_before(&self, before: &Site, bare: &Site) -> Self {
        let ours = |name: &str| {
            let by_hand = bare.own(None, name).is_some();
            before.own(None, name).filter(|_| !by_hand)
        };
        let text = |wish: &Option<String>, name: &str| {
            let old = || Some(ours(name)?.it.value.text()?.to_owned());
            wish.clone().or_else(old)
        };
        let list = |wish: &[String], name: &str| {
            if !wish.is_empty() {
                return wish.to_vec();
            }
            let old = ours(name).map(|found| found.it.value.items());
            old.unwrap_or_default()
                .into_iter()
                .map(str::to_owned)
                .collect()
        };
        Self {
            key_set: text(&self.key_set, "roompass_key_set"),
            revocations: text(&self.revocations, "roompass_revocations"),
            verifier: text(&self.verifier, "roompass_verifier_path"),
            lobby: text(&self.lobby, "roompass_lobby"),
            main_domains: list(&self.main_domains, "roompass_main_domains"),
            exempt: list(&self.exempt, "roompass_exempt_domains"),
            unguarded: list(&self.unguarded, "roompass_unguarded"),
        }
    }

    /// Names and values in Lua, in the order in which they are written.
    pub(crate) fn settings(&self, found_exempt: &[String]) -> Vec<(&'static str, String)> {
        let mut exempt = found_exempt.to_vec();
        let more = self.exempt.iter().map(|domain| domain.to_lowercase());
        for domain in more {
            if !exempt.contains(&domain) {
                exempt.push(domain);
            }
        }
        let text = |value: &Option<String>| value.as_deref().map(quote);
        let list = |values: &[String]| (!values.is_empty()).then(|| table(values));
        let settings = [
            ("roompass_key_set", text(&self.key_set)),
            ("roompass_revocations", text(&self.revocations)),
            ("roompass_verifier_path", text(&self.verifier)),
            ("roompass_exempt_domains", list(&exempt)),
            ("roompass_main_domains", list(&self.main_domains)),
            ("roompass_unguarded", list(&self.unguarded)),
            ("roompass_lobby", text(&self.lobby)),
        ];
        let given = settings.into_iter();
        given
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }
}

fn table(values: &[String]) -> String {
    let items: Vec<String> = values.iter().map(|value| quote(value)).collect();
    format!("{{ {} }}", items.join("; "))
}
