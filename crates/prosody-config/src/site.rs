//! All files of a configuration together, as Prosody would add them up.

use std::collections::BTreeSet;

use crate::Source;
use crate::file::File;
use crate::section::{Head, Section, Setting, Value};
use crate::unreadable::Unreadable;

/// The files in the order in which Prosody reads them.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) files: Vec<File>,
}

/// A setting, or a section, and the file that it is in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found<'s, T> {
    pub(crate) file: &'s File,
    pub(crate) index: usize,
    pub(crate) it: &'s T,
}

impl Site {
    pub(crate) fn read(sources: &[Source]) -> Result<Self, (String, Unreadable)> {
        let files = sources.iter().map(|source| {
            File::read(&source.name, &source.text).map_err(|e| (source.name.clone(), e))
        });
        Ok(Self {
            files: files.collect::<Result<_, _>>()?,
        })
    }

    /// Every section with its file and that file's index.
    pub(crate) fn sections(&self) -> impl Iterator<Item = Found<'_, Section>> {
        self.files.iter().enumerate().flat_map(|(index, file)| {
            file.sections
                .iter()
                .map(move |it| Found { file, index, it })
        })
    }

    pub(crate) fn sections_of(&self, host: &str) -> Vec<Found<'_, Section>> {
        let of_host = |found: &Found<'_, Section>| found.it.head.host() == Some(host);
        self.sections().filter(of_host).collect()
    }

    /// What a host itself sets, or with none, the global section: the last one counts.
    pub(crate) fn own(&self, host: Option<&str>, name: &str) -> Option<Found<'_, Setting>> {
        let of_host = self.sections().filter(|found| found.it.head.host() == host);
        let settings = of_host.flat_map(|Found { file, index, it }| {
            it.settings.iter().map(move |it| Found { file, index, it })
        });
        settings.filter(|found| found.it.name == name).last()
    }

    /// What counts for a host.
    pub(crate) fn setting(&self, host: &str, name: &str) -> Option<Found<'_, Setting>> {
        self.own(Some(host), name).or_else(|| self.own(None, name))
    }

    pub(crate) fn text(&self, host: &str, name: &str) -> Option<String> {
        let value = &self.own(Some(host), name)?.it.value;
        value.text().map(str::to_lowercase)
    }

    pub(crate) fn is_true(&self, host: &str, name: &str) -> bool {
        let value = self.setting(host, name);
        value.is_some_and(|found| found.it.value == Value::Flag(true))
    }

    /// The global list and the host's own, as Prosody loads them; components get only their own.
    pub(crate) fn modules(&self, host: &str) -> Vec<&str> {
        let global = self.own(None, "modules_enabled");
        let global = global.filter(|_| self.is_virtual_host(host));
        let own = self.own(Some(host), "modules_enabled");
        let lists = global.into_iter().chain(own);
        lists.flat_map(|found| found.it.value.items()).collect()
    }

    pub(crate) fn is_virtual_host(&self, host: &str) -> bool {
        let sections = self.sections_of(host);
        let is_one = |found: &Found<'_, Section>| matches!(found.it.head, Head::VirtualHost(_));
        sections.iter().any(is_one)
    }

    /// In the order in which they come up first, those that are switched off left out.
    pub(crate) fn virtual_hosts(&self) -> Vec<String> {
        self.hosts(|head| matches!(head, Head::VirtualHost(_)))
    }

    /// Components with rooms.
    pub(crate) fn room_hosts(&self) -> Vec<String> {
        let of_rooms = self.hosts(|head| matches!(head, Head::Component(..)));
        let types = of_rooms.into_iter();
        types.filter(|host| self.has_rooms(host)).collect()
    }

    fn hosts(&self, wanted: impl Fn(&Head) -> bool) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let heads = self.sections().filter(|found| wanted(&found.it.head));
        let hosts = heads.filter_map(|found| found.it.head.host().map(str::to_owned));
        let fresh = hosts.filter(|host| seen.insert(host.clone()));
        let off = |host: &String| {
            let enabled = self.own(Some(host), "enabled");
            enabled.is_some_and(|found| found.it.value == Value::Flag(false))
        };
        fresh
            .collect::<Vec<_>>()
            .into_iter()
            .filter(|h| !off(h))
            .collect()
    }

    fn has_rooms(&self, host: &str) -> bool {
        let modules = self.modules(host);
        let by_module = modules
            .iter()
            .any(|name| ["muc", "muc_roompass"].contains(name));
        by_module
            || self
                .kind(host)
                .is_some_and(|kind| ["muc", "muc_roompass"].contains(&kind.as_str()))
    }

    /// A component's type: the last one counts.
    pub(crate) fn kind(&self, host: &str) -> Option<String> {
        let sections = self.sections_of(host).into_iter();
        let mut kinds = sections.filter_map(|found| match &found.it.head {
            Head::Component(_, Some(token)) => crate::literal::meaning(token.of(&found.file.text)),
            Head::Component(_, None) | Head::VirtualHost(_) | Head::Global => None,
        });
        kinds.next_back()
    }
}
