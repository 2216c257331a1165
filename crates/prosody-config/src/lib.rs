//! Puts Roompass before the rooms of a Prosody by changing a few bytes of its configuration, and takes that back byte
//! for byte.
//!
//! A configuration is Lua, and is read here without being run: its tokens, its statements, and of these the sections
//! and settings that Prosody's documentation knows. What only running it would tell is left to a person, as a [`Todo`].
//! Nothing here touches a file.
//!
//! ```
//! use prosody_config::{Source, Wishes, disable, enable};
//!
//! let text = "VirtualHost \"meet.example.org\"\n    authentication = \"jitsi-anonymous\"\n\
//!             Component \"conference.meet.example.org\" \"muc\"\n";
//! let source = Source { name: "meet.cfg.lua".to_owned(), text: text.to_owned() };
//! let wishes = Wishes { key_set: Some("/etc/prosody/roompass.jwks.json".to_owned()), ..Wishes::default() };
//! let enabled = enable(&[source], &wishes)?;
//! let changed = &enabled.texts[0];
//! assert!(changed.contains("\"muc_roompass\" --[[roompass: was \"muc\"]]"));
//! assert_eq!(disable(changed).as_deref(), Ok(text));
//! # Ok::<(), prosody_config::Refusal>(())
//! ```

mod diff;
mod docker;
mod edit;
mod expression;
mod file;
mod grammar;
mod lex;
mod literal;
mod mark;
mod place;
mod plan;
mod roles;
mod section;
mod site;
mod status;
mod todo;
mod unreadable;
mod wishes;

pub use diff::diff;
pub use mark::Stuck;
pub use status::{Standing, State};
pub use todo::Todo;
pub use unreadable::Unreadable;
pub use wishes::Wishes;

use edit::{Edit, apply};
use file::File;
use plan::Plan;
use roles::Roles;
use site::Site;

/// A file of a configuration.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Source {
    /// What it is called in answers.
    pub name: String,
    /// All of it.
    pub text: String,
}

/// What `enable` makes of a configuration.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Enabled {
    /// The new texts, in the order of the old.
    pub texts: Vec<String>,
    /// What is left to a person.
    pub todos: Vec<Todo>,
}

/// Why nothing is changed.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// A file is not read.
    #[error("{file}: {why}; mend that first")]
    Unreadable {
        /// The file, as it was named.
        file: String,
        /// What is wrong with it.
        why: Unreadable,
    },
    /// Our own lines are not as we wrote them.
    #[error("{file}:{}: {}", stuck.line, stuck.what)]
    Stuck {
        /// The file, as it was named.
        file: String,
        /// The first of them.
        stuck: Stuck,
    },
    /// Nobody would be asked for a link.
    #[error(
        "no host was found on which guests log in without a password; name the configuration of a Jitsi shard with --config"
    )]
    NoGuests,
    /// A door without keys is shut to everybody.
    #[error("no key set is named; say --key-set FILE or --key-set URL")]
    NoKeySet,
    /// A domain with strangers is to be exempt.
    #[error("{domain} cannot be exempt: {why}; leave it out")]
    CannotBeExempt {
        /// That domain.
        domain: String,
        /// Who logs in there.
        why: &'static str,
    },
    /// The change would not be taken back exactly, or Lua would not read it.
    #[error(
        "{file}: this file could not be changed in a way that can be undone exactly; write the lines of docs/operations.md by hand, and report this"
    )]
    Unsafe {
        /// The file, as it was named.
        file: String,
    },
    /// The image writes these files anew at every start.
    #[error(
        "this configuration is written by docker-jitsi-meet at every start; put these lines into its .env instead"
    )]
    Docker {
        /// For `.env`.
        variables: Vec<String>,
    },
}

/// Puts the door before every room that Jitsi has. Lines of an earlier run are made anew, so twice is as once.
pub fn enable(sources: &[Source], wishes: &Wishes) -> Result<Enabled, Refusal> {
    let before = read(sources)?;
    let bare = undone(sources)?;
    let site = read(&bare)?;
    let wishes = wishes.or_as_before(&before, &site);
    let mut roles = Roles::of(&site);
    let is_open = |room: &String| {
        wishes
            .unguarded
            .iter()
            .any(|u| u.eq_ignore_ascii_case(room))
    };
    roles.unknown.retain(|room| !is_open(room));
    if docker::wrote(&site) {
        let variables = docker::variables(&roles, &wishes);
        return Err(Refusal::Docker { variables });
    }
    for domain in &wishes.exempt {
        if let Some(why) = plan::cannot_be_exempt(&site, domain) {
            let domain = domain.clone();
            return Err(Refusal::CannotBeExempt { domain, why });
        }
    }
    let plan = Plan::make(&site, &roles, &wishes);
    if roles.guests.is_empty() && plan.todos.is_empty() {
        return Err(Refusal::NoGuests);
    }
    if wishes.key_set.is_none() && site.own(None, "roompass_key_set").is_none() {
        return Err(Refusal::NoKeySet);
    }
    let texts = changed(&bare, &plan.edits);
    for (source, text) in bare.iter().zip(&texts) {
        if disable(text).as_ref() != Ok(&source.text) || File::read(&source.name, text).is_err() {
            let file = source.name.clone();
            return Err(Refusal::Unsafe { file });
        }
    }
    Ok(Enabled {
        texts,
        todos: plan.todos,
    })
}

/// Takes every line of ours back out of a file, and leaves all else as it is; or says why it cannot.
pub fn disable(text: &str) -> Result<String, Vec<Stuck>> {
    mark::undo(text).map(|edits| apply(text, &edits))
}

/// Whether there is a line of ours in a file.
pub fn is_marked(text: &str) -> bool {
    mark::is_marked(text)
}

/// How each host stands, and what could not be read.
pub fn status(sources: &[Source]) -> Result<(Vec<Standing>, Vec<Todo>), Refusal> {
    let site = read(sources)?;
    let roles = Roles::of(&site);
    let todos = Plan::make(&site, &roles, &Wishes::default()).todos;
    Ok((status::standings(&site, &roles), todos))
}

/// The files that a file includes, as it names them.
pub fn includes(source: &Source) -> Result<Vec<String>, Refusal> {
    let file = File::read(&source.name, &source.text);
    let file = file.map_err(|why| unreadable(&source.name, why))?;
    Ok(file.includes)
}

/// Strings of a global option that is a list, such as `plugin_paths`, or text.
pub fn global(sources: &[Source], name: &str) -> Result<Vec<String>, Refusal> {
    let site = read(sources)?;
    let found = site.own(None, name);
    let items = found.map(|found| found.it.value.items());
    Ok(items
        .unwrap_or_default()
        .into_iter()
        .map(str::to_owned)
        .collect())
}

fn read(sources: &[Source]) -> Result<Site, Refusal> {
    Site::read(sources).map_err(|(file, why)| unreadable(&file, why))
}

fn unreadable(file: &str, why: Unreadable) -> Refusal {
    let file = file.to_owned();
    Refusal::Unreadable { file, why }
}

fn undone(sources: &[Source]) -> Result<Vec<Source>, Refusal> {
    let undo = |source: &Source| {
        let name = source.name.clone();
        match disable(&source.text) {
            Ok(text) => Ok(Source { name, text }),
            Err(stuck) => {
                let first = stuck.into_iter().next();
                let stuck = first.unwrap_or(Stuck {
                    line: 1,
                    what: "a mark is not ours".to_owned(),
                });
                Err(Refusal::Stuck { file: name, stuck })
            }
        }
    };
    sources.iter().map(undo).collect()
}

fn changed(bare: &[Source], edits: &[(usize, Edit)]) -> Vec<String> {
    let of_file = |index: usize| -> Vec<Edit> {
        let mine = edits.iter().filter(|(file, _)| *file == index);
        mine.map(|(_, edit)| edit.clone()).collect()
    };
    let texts = bare.iter().enumerate();
    texts
        .map(|(index, source)| apply(&source.text, &of_file(index)))
        .collect()
}
