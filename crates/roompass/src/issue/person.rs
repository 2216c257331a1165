//! Who the link is for.

use serde_json::{Map, Value};

use room_token::{Affiliation, DisplayName, Features, Person, PersonError};

use crate::failure::Failure;
use crate::server::Wish;

#[derive(Debug, clap::Args)]
pub(super) struct PersonArgs {
    /// The name that others in the room see
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// As an owner (moderator) rather than a member
    #[arg(long)]
    owner: bool,

    /// Your own name for this person, by which links can be revoked
    #[arg(long, value_name = "ID")]
    id: Option<String>,

    /// The person's e-mail address, for Jitsi
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,

    /// The person's picture, for Jitsi
    #[arg(long, value_name = "URL")]
    avatar: Option<String>,

    /// A switch of Jitsi's, such as recording or livestreaming=false; may be repeated
    #[arg(long, value_name = "NAME[=true|false]")]
    feature: Vec<String>,
}

impl PersonArgs {
    pub(super) fn person(&self) -> Result<Person, Failure> {
        let person = Person::anonymous(if self.owner {
            Affiliation::Owner
        } else {
            Affiliation::Member
        });
        let person = match &self.name {
            Some(name) => person.named(name_of(name)?),
            None => person,
        };
        let person = detail("--id", self.id.as_ref(), person, Person::identified)?;
        let person = detail("--email", self.email.as_ref(), person, Person::with_email)?;
        let avatar = self.avatar.as_ref();
        detail("--avatar", avatar, person, Person::with_avatar)
    }

    /// The same for an issuer elsewhere, which checks it.
    pub(super) fn put_into(&self, wish: &mut Wish) -> Result<(), Failure> {
        wish.set("name", self.name.clone());
        wish.set("affiliation", self.owner.then_some("owner"));
        wish.set("id", self.id.clone());
        wish.set("email", self.email.clone());
        wish.set("avatar", self.avatar.clone());
        let features = self.switches()?;
        let features = features
            .into_iter()
            .map(|(name, on)| (name.to_owned(), on.into()));
        let features: Map<String, Value> = features.collect();
        wish.set("features", (!features.is_empty()).then_some(features));
        Ok(())
    }

    pub(super) fn features(&self) -> Result<Option<Features>, Failure> {
        if self.feature.is_empty() {
            return Ok(None);
        }
        let features = Features::new(self.switches()?);
        features
            .map(Some)
            .map_err(|e| Failure::because("--feature", &e))
    }

    fn switches(&self) -> Result<Vec<(&str, bool)>, Failure> {
        let mut switches = Vec::new();
        for typed in &self.feature {
            let (name, on) = switch(typed)?;
            if switches.iter().any(|(known, _)| *known == name) {
                let hint = "write each feature once";
                return Err(Failure::new(
                    format!("--feature {name} is there twice"),
                    hint,
                ));
            }
            switches.push((name, on));
        }
        Ok(switches)
    }
}

/// What `--name` means.
pub(crate) fn name_of(typed: &str) -> Result<DisplayName, Failure> {
    DisplayName::parse(typed).map_err(|e| Failure::because("--name", &e))
}

fn detail(
    option: &str,
    typed: Option<&String>,
    person: Person,
    with: impl FnOnce(Person, &str) -> Result<Person, PersonError>,
) -> Result<Person, Failure> {
    match typed {
        Some(text) => with(person, text).map_err(|e| Failure::because(option, &e)),
        None => Ok(person),
    }
}

fn switch(typed: &str) -> Result<(&str, bool), Failure> {
    match typed.split_once('=') {
        None | Some((_, "true")) => Ok((typed.split('=').next().unwrap_or(typed), true)),
        Some((name, "false")) => Ok((name, false)),
        Some(_neither) => Err(Failure::new(
            format!("--feature {typed}: neither true nor false"),
            "write it like recording or recording=false",
        )),
    }
}
