//! The part of the form that says who comes in, and as what.

use room_token::{Affiliation, DisplayName, Person, PersonError};
use serde::Deserialize;

use crate::web::field_errors::FieldErrors;

/// Whose link it is, as typed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(default)]
pub(crate) struct PersonForm {
    pub(crate) name: String,
    pub(crate) affiliation: String,
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) avatar: String,
}

impl Default for PersonForm {
    fn default() -> Self {
        let empty = String::new;
        Self {
            name: empty(),
            affiliation: Affiliation::Member.as_str().to_owned(),
            id: empty(),
            email: empty(),
            avatar: empty(),
        }
    }
}

impl PersonForm {
    /// Whether more than a name was typed.
    pub(super) fn has_details(&self) -> bool {
        let fields = [&self.id, &self.email, &self.avatar];
        fields.iter().any(|field| !field.trim().is_empty())
    }

    pub(super) fn parse(&self, errors: &mut FieldErrors) -> Option<Person> {
        let name = errors.keep("name", self.display_name());
        let affiliation = Affiliation::parse(&self.affiliation).map_err(|e| e.to_string());
        let affiliation = errors.keep("affiliation", affiliation)?;
        let person = Person::anonymous(affiliation);
        let person = name?.into_iter().fold(person, Person::named);
        let person = detail("id", &self.id, person, Person::identified, errors)?;
        let person = detail("email", &self.email, person, Person::with_email, errors)?;
        detail("avatar", &self.avatar, person, Person::with_avatar, errors)
    }

    fn display_name(&self) -> Result<Option<DisplayName>, String> {
        if self.name.trim().is_empty() {
            return Ok(None);
        }
        DisplayName::parse(&self.name)
            .map(Some)
            .map_err(|error| error.to_string())
    }
}

fn detail(
    field: &'static str,
    typed: &str,
    person: Person,
    with: impl FnOnce(Person, &str) -> Result<Person, PersonError>,
    errors: &mut FieldErrors,
) -> Option<Person> {
    match typed.trim() {
        "" => Some(person),
        text => errors.keep(field, with(person, text).map_err(|error| error.to_string())),
    }
}
