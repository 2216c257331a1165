//! The commented configuration file, out of the types that read it.

use std::fmt::Write;

use schemars::schema_for;
use serde_json::Value;

use super::Config;

/// One setting, as its type describes it.
pub(super) struct Setting {
    pub(super) name: String,
    description: String,
    /// In TOML: the default, or an example of what has none.
    value: String,
    is_default: bool,
}

/// Every setting, in the order of their names; those of a table behind the others, with its name before theirs.
pub(super) fn settings() -> Vec<Setting> {
    let schema = schema_for!(Config);
    let (mut plain, mut tables) = (Vec::new(), Vec::new());
    for (name, about) in properties(schema.as_value()) {
        match table(schema.as_value(), about) {
            Some(members) => {
                let full = |(member, about): (&String, &Value)| {
                    setting(&format!("{name}.{member}"), about)
                };
                tables.extend(properties(members).map(full));
            }
            None => plain.push(setting(name, about)),
        }
    }
    plain.append(&mut tables);
    plain
}

fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flatten()
}

/// The table that a setting is, if it is one.
fn table<'a>(schema: &'a Value, about: &'a Value) -> Option<&'a Value> {
    let place = about.get("$ref").and_then(Value::as_str)?;
    let found = schema.pointer(place.strip_prefix('#')?)?;
    found.get("properties").map(|_| found)
}

fn setting(name: &str, about: &Value) -> Setting {
    let text = about.get("description").and_then(Value::as_str);
    let default = about.get("default").filter(|value| !value.is_null());
    let example = about.pointer("/examples/0");
    Setting {
        name: name.to_owned(),
        description: text.unwrap_or_default().replace('\n', " "),
        value: default.or(example).map(toml).unwrap_or_default(),
        is_default: default.is_some(),
    }
}

/// JSON's words, numbers and lists are TOML's too; tables are written otherwise.
fn toml(value: &Value) -> String {
    let all = |members: Vec<String>| members.join(", ");
    match value {
        Value::Array(items) => format!("[{}]", all(items.iter().map(toml).collect())),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| format!("{name} = {}", toml(value));
            format!("{{ {} }}", all(members.iter().map(member).collect()))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

/// The file that a first start leaves: every setting, none of them set.
pub fn template() -> String {
    let mut text = "# Roompass. Every setting is here; take the # away from a line to change it.\n\
                    # A flag of `roompass serve` counts more than ROOMPASS_NAME in the environment, and that more than this file.\n"
        .to_owned();
    for setting in settings() {
        let words = wrap(&setting.description);
        // Writing to a string cannot fail.
        write!(text, "\n# {words}\n").ok();
        if !setting.is_default {
            text.push_str("# For example:\n");
        }
        writeln!(text, "#{} = {}", setting.name, setting.value).ok();
    }
    text
}

/// Lines of at most 100 characters, each a comment.
fn wrap(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let full = lines
            .last()
            .is_some_and(|line| line.len() + word.len() > 96);
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join("\n# ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_as_it_is_made_sets_nothing() {
        assert_eq!(Config::parse(&template()), Ok(Config::default()));
    }

    #[test]
    fn every_line_of_it_can_be_used_as_it_stands() {
        let lines: Vec<_> = template()
            .lines()
            .filter_map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')))
            .map(str::to_owned)
            .collect();
        assert_eq!(lines.len(), Config::names().len());
        for line in &lines {
            Config::parse(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        }
        let all = Config::parse(&lines.join("\n")).unwrap();
        assert_ne!(all, Config::default());
        assert_eq!(
            all.issuer.as_deref(),
            Some(room_token::Deployment::DEFAULT_ISSUER)
        );
        assert_eq!(
            all.audience.as_deref(),
            Some(room_token::Deployment::DEFAULT_AUDIENCE)
        );
    }
}
