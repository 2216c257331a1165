//! Which bytes have to change, and what is left to a person.

use crate::edit::Edit;
use crate::file::File;
use crate::mark;
use crate::place::{Gap, indent_at, line_after, line_before, line_end};
use crate::roles::{Role, Roles, is_anonymous, strangers};
use crate::section::{Body, Head, Section, Value};
use crate::site::{Found, Site};
use crate::todo::Todo;
use crate::wishes::Wishes;

/// Changes, each with the index of its file, and what could not be done.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) edits: Vec<(usize, Edit)>,
    pub(crate) todos: Vec<Todo>,
}

impl Plan {
    /// For a configuration without any line of ours.
    pub(crate) fn make(site: &Site, roles: &Roles, wishes: &Wishes) -> Self {
        let mut plan = Self {
            edits: Vec::new(),
            todos: riddles(site, roles),
        };
        for guests in &roles.guests {
            plan.load_roompass(site, guests);
        }
        for (host, role) in &roles.doors {
            plan.guard(site, host, role);
        }
        plan.set_globally(site, roles, wishes);
        plan
    }

    fn edit(&mut self, file: usize, start: usize, end: usize, text: String) {
        self.edits.push((file, Edit { start, end, text }));
    }

    fn set_globally(&mut self, site: &Site, roles: &Roles, wishes: &Wishes) {
        let home = roles.guests.first().or_else(|| roles.doors.keys().next());
        let Some(home) = home.and_then(|host| site.sections_of(host).into_iter().next()) else {
            return;
        };
        let mut lines = Vec::new();
        for (name, value) in wishes.settings(&roles.exempt) {
            match site.own(None, name) {
                None => lines.push(format!("{name} = {value}")),
                Some(found) if is_asked_for(wishes, name) => {
                    let what = format!("{name} is set by hand here");
                    self.todos.push(Todo::at(
                        found.file,
                        found.it.start,
                        what,
                        [format!("{name} = {value}")],
                    ));
                }
                Some(_) => {}
            }
        }
        let heads = home.file.sections.iter().filter(|s| s.head != Head::Global);
        let first = heads
            .map(|section| section.place.0)
            .min()
            .unwrap_or_default();
        let gap = line_before(home.file, first);
        if !lines.is_empty() {
            let note = "-- Roompass: `roompass prosody disable` takes these lines out again, and every line marked like them.";
            lines.insert(0, note.to_owned());
        }
        self.add_lines(home.file, home.index, gap, "", &lines);
    }

    /// Puts `"roompass"` among the modules of a host on which strangers log in.
    fn load_roompass(&mut self, site: &Site, host: &str) {
        if site.modules(host).contains(&"roompass") {
            return;
        }
        let list = "modules_enabled = { \"roompass\" }";
        let Some(found) = site.own(Some(host), "modules_enabled") else {
            if let Some(section) = site.sections_of(host).into_iter().next() {
                self.add_settings(&section, &[list.to_owned()]);
            }
            return;
        };
        let Value::Table { open, .. } = &found.it.value else {
            let what = format!("what {host} loads is computed");
            let by_hand = ["\"roompass\"; -- into modules_enabled".to_owned()];
            self.todos
                .push(Todo::at(found.file, found.it.start, what, by_hand));
            return;
        };
        self.add_item(found.file, found.index, *open);
    }

    fn add_item(&mut self, file: &File, index: usize, open: usize) {
        let Some(brace) = file.token(open) else {
            return;
        };
        let next = file
            .token(open + 1)
            .map_or(file.text.len(), |token| token.start);
        let line = line_after_brace(file, brace.end, next);
        match line {
            Some(at) => {
                let closing = file
                    .table(open)
                    .is_some_and(|table| table.close == open + 1);
                let indent = indent_at(&file.text, next);
                let indent = if closing {
                    format!("{indent}    ")
                } else {
                    indent.to_owned()
                };
                let gap = Gap { at, unended: false };
                self.add_lines(file, index, gap, &indent, &["\"roompass\";".to_owned()]);
            }
            None => self.edit(index, brace.end, brace.end, mark::item()),
        }
    }

    /// Puts the door before a component's rooms.
    fn guard(&mut self, site: &Site, host: &str, role: &Role) {
        let as_module = site.modules(host).contains(&"muc_roompass");
        let sections = site.sections_of(host);
        for section in &sections {
            let Head::Component(_, kind) = &section.it.head else {
                continue;
            };
            let token = kind.filter(|token| {
                crate::literal::meaning(token.of(&section.file.text)).as_deref() == Some("muc")
            });
            if let Some(token) = token.filter(|_| !as_module) {
                let text = mark::replaced(token.of(&section.file.text));
                self.edit(section.index, token.start, token.end, text);
            }
        }
        let missing = role.settings().into_iter();
        let missing = missing.filter(|(name, _)| site.own(Some(host), name).is_none());
        let lines: Vec<String> = missing
            .map(|(name, value)| format!("{name} = {}", crate::literal::quote(&value)))
            .collect();
        if let Some(section) = sections.into_iter().next().filter(|_| !lines.is_empty()) {
            self.add_settings(&section, &lines);
        }
    }

    /// Puts settings at the beginning of a section, or says that a person has to.
    fn add_settings(&mut self, section: &Found<'_, Section>, lines: &[String]) {
        let Found { file, index, it } = *section;
        match it.body {
            Body::Open => {
                let next = file.sections.iter().map(|section| section.place.0);
                let next = next.filter(|start| *start > it.place.0).min();
                let limit = next.unwrap_or(file.text.len());
                if let Some(gap) = line_after(file, it.place.1, limit) {
                    let indent = indent_of(file, it);
                    return self.add_lines(file, index, gap, &indent, lines);
                }
            }
            Body::Table(open) => {
                let brace = file.token(open).map_or(0, |token| token.end);
                let next = file.token(open + 1).map_or(0, |token| token.start);
                if let Some(at) = line_after_brace(file, brace, next) {
                    let indent = indent_at(&file.text, next).to_owned();
                    let lines: Vec<String> = lines.iter().map(|line| format!("{line};")).collect();
                    let gap = Gap { at, unended: false };
                    return self.add_lines(file, index, gap, &indent, &lines);
                }
            }
        }
        let host = it.head.host().unwrap_or_default();
        let what = format!("there is no line of its own for the settings of {host}");
        self.todos
            .push(Todo::at(file, it.place.0, what, lines.to_vec()));
    }

    fn add_lines(&mut self, file: &File, index: usize, gap: Gap, indent: &str, lines: &[String]) {
        let end = line_end(&file.text);
        let told = lines.iter().map(|line| mark::line(indent, line));
        let told = told.map(|line| {
            if gap.unended {
                format!("{end}{line}")
            } else {
                format!("{line}{end}")
            }
        });
        let text: String = told.collect();
        if !text.is_empty() {
            self.edit(index, gap.at, gap.at, text);
        }
    }
}

fn is_asked_for(wishes: &Wishes, name: &str) -> bool {
    match name {
        "roompass_key_set" => wishes.key_set.is_some(),
        "roompass_exempt_domains" => !wishes.exempt.is_empty(),
        _asked => true,
    }
}

/// The line after that of an opening brace, if nothing but a comment follows the brace on its own.
fn line_after_brace(file: &File, brace: usize, next: usize) -> Option<usize> {
    let between = file.text.get(brace..next)?;
    let at = brace + between.find('\n')? + 1;
    let mut comments = file.chunk.comments.iter();
    let inside = comments.any(|comment| comment.start < at && at < comment.end);
    (!inside).then_some(at)
}

/// As the section's other settings are indented, or as Jitsi indents.
fn indent_of(file: &File, section: &Section) -> String {
    let first = section.settings.first();
    let line_of_head = file.line(section.place.0);
    let first = first.filter(|setting| file.line(setting.start) > line_of_head);
    first
        .map_or("    ", |setting| indent_at(&file.text, setting.start))
        .to_owned()
}

/// What was not understood, with the lines that a person may write instead.
fn riddles(site: &Site, roles: &Roles) -> Vec<Todo> {
    let mut todos = Vec::new();
    for file in &site.files {
        for riddle in &file.riddles {
            let by_hand = if riddle.what.contains("host") {
                vec![
                    "modules_enabled = { \"roompass\" } -- under each VirtualHost on which guests log in".to_owned(),
                    "Component \"…\" \"muc_roompass\" -- for each component with rooms".to_owned(),
                ]
            } else {
                Vec::new()
            };
            todos.push(Todo::at(file, riddle.start, riddle.what, by_hand));
        }
    }
    for host in site.virtual_hosts() {
        let login = site.setting(&host, "authentication");
        if let Some(found) =
            login.filter(|f| f.it.value == Value::Unknown && !is_anonymous(site, &host))
        {
            let what = format!("how people log in on {host} is computed");
            let by_hand =
                ["\"roompass\"; -- into modules_enabled, if strangers log in there".to_owned()];
            todos.push(Todo::at(found.file, found.it.start, what, by_hand));
        }
    }
    for host in &roles.unknown {
        let section = site.sections_of(host).into_iter().next();
        let what = format!("nothing says who meets in the rooms of {host}");
        let by_hand = [
            format!("Component \"{host}\" \"muc_roompass\" -- if they need a link"),
            format!(
                "roompass_unguarded = {{ \"{host}\" }} -- in the global section, if they need none"
            ),
        ];
        todos.extend(section.map(|s| Todo::at(s.file, s.it.place.0, what, by_hand)));
    }
    todos
}

/// Of a domain that the operator wants exempt, why it cannot be.
pub(crate) fn cannot_be_exempt(site: &Site, domain: &str) -> Option<&'static str> {
    let domain = domain.to_lowercase();
    site.is_virtual_host(&domain)
        .then(|| strangers(site, &domain))
        .flatten()
}
