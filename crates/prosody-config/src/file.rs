//! One file of a configuration: its sections, and what each sets (prosody.im/doc/configure).

use crate::grammar::{Act, Chunk, Shape, Span, Statement};
use crate::lex::{Kind, Token, line_of};
use crate::literal::meaning;
use crate::section::{Body, Head, Riddle, Section, Setting, Value};
use crate::unreadable::Unreadable;

/// A file, read.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) chunk: Chunk,
    pub(crate) sections: Vec<Section>,
    pub(crate) includes: Vec<String>,
    pub(crate) riddles: Vec<Riddle>,
}

impl File {
    pub(crate) fn read(name: &str, text: &str) -> Result<Self, Unreadable> {
        let chunk = Chunk::read(text)?;
        let global = Section {
            head: Head::Global,
            place: (0, 0),
            body: Body::Open,
            settings: Vec::new(),
        };
        let mut file = Self {
            name: name.to_owned(),
            text: text.to_owned(),
            chunk,
            sections: vec![global],
            includes: Vec::new(),
            riddles: Vec::new(),
        };
        for statement in file.chunk.statements.clone() {
            file.take(&statement);
        }
        Ok(file)
    }

    pub(crate) fn line(&self, offset: usize) -> usize {
        line_of(&self.text, offset)
    }

    pub(crate) fn token(&self, index: usize) -> Option<Token> {
        self.chunk.tokens.get(index).copied()
    }

    pub(crate) fn word(&self, index: usize) -> &str {
        self.token(index).map_or("", |token| token.of(&self.text))
    }

    pub(crate) fn table(&self, open: usize) -> Option<&Shape> {
        self.chunk.tables.iter().find(|table| table.open == open)
    }

    /// First and last byte of a run of tokens.
    pub(crate) fn bytes(&self, span: Span) -> (usize, usize) {
        let start = self.token(span.first).map_or(0, |token| token.start);
        let last = span.end.checked_sub(1).and_then(|last| self.token(last));
        (start, last.map_or(start, |token| token.end))
    }

    fn take(&mut self, statement: &Statement) {
        let (start, _) = self.bytes(statement.span);
        match &statement.act {
            Act::Assign { name, value } => {
                self.look_for_riddles(*value, false);
                let setting = Setting {
                    name: self.word(*name).to_owned(),
                    value: self.value(*value),
                    start,
                };
                self.add(setting);
            }
            Act::Call { name, arguments } => self.call(statement, *name, arguments),
            Act::Other => self.look_for_riddles(statement.span, true),
        }
    }

    fn add(&mut self, setting: Setting) {
        if let Some(section) = self.sections.last_mut() {
            section.settings.push(setting);
        }
    }

    fn call(&mut self, statement: &Statement, name: usize, arguments: &[Span]) {
        let (start, _) = self.bytes(statement.span);
        let first = arguments.first().map(|span| self.value(*span));
        let text = first.as_ref().and_then(Value::text).map(str::to_owned);
        let riddle = match (self.word(name), text) {
            ("VirtualHost" | "Host" | "host", Some(host)) => {
                self.open(statement, Head::VirtualHost(host), arguments.get(1..))
            }
            ("Component" | "component", Some(host)) => {
                let second = arguments.get(1).and_then(|span| self.lone_text(*span));
                let more = arguments.get(if second.is_some() { 2 } else { 1 }..);
                self.open(statement, Head::Component(host, second), more)
            }
            ("Include" | "include", Some(pattern)) => {
                self.includes.push(pattern);
                None
            }
            ("VirtualHost" | "Host" | "host" | "Component" | "component", None) => {
                Some("the name of this host is computed")
            }
            ("Include" | "include", None) => Some("the name of this file is computed"),
            ("RunScript" | "dofile" | "require", _) => Some("this runs another file"),
            (_other, _) => None,
        };
        let inner = arguments.iter().copied();
        inner.for_each(|span| self.look_for_riddles(span, false));
        self.riddles
            .extend(riddle.map(|what| Riddle { start, what }));
    }

    fn lone_text(&self, span: Span) -> Option<Token> {
        let token = self.token(span.first)?;
        (token.kind == Kind::Text && span.end == span.first + 1).then_some(token)
    }

    /// Begins a section; whatever follows its head without being understood is a riddle.
    fn open(
        &mut self,
        statement: &Statement,
        head: Head,
        more: Option<&[Span]>,
    ) -> Option<&'static str> {
        let place = self.bytes(statement.span);
        let head = match head {
            Head::VirtualHost(host) => Head::VirtualHost(host.to_lowercase()),
            Head::Component(host, kind) => Head::Component(host.to_lowercase(), kind),
            Head::Global => Head::Global,
        };
        let mut section = Section {
            head,
            place,
            body: Body::Open,
            settings: Vec::new(),
        };
        let table = match more.unwrap_or_default() {
            [] => {
                self.sections.push(section);
                return None;
            }
            [only] => self.value(*only),
            [_, _, ..] => Value::Unknown,
        };
        let Value::Table { open, .. } = table else {
            self.sections.push(section);
            return Some("what follows the name of this host is computed");
        };
        section.body = Body::Table(open);
        section.settings = self.fields(open);
        self.sections.push(section);
        // After a table, the global section goes on.
        self.sections.push(Section {
            head: Head::Global,
            place: (place.1, place.1),
            body: Body::Open,
            settings: Vec::new(),
        });
        None
    }

    fn fields(&self, open: usize) -> Vec<Setting> {
        let fields = self.table(open).map(|table| table.fields.clone());
        let fields = fields.unwrap_or_default().into_iter();
        let named = fields.filter_map(|field| field.key.map(|key| (key, field.value)));
        named
            .map(|(key, value)| Setting {
                name: self.word(key).to_owned(),
                value: self.value(value),
                start: self.token(key).map_or(0, |token| token.start),
            })
            .collect()
    }

    fn value(&self, span: Span) -> Value {
        let Some(first) = self.token(span.first) else {
            return Value::Unknown;
        };
        let alone = span.end == span.first + 1;
        match (first.kind, first.of(&self.text)) {
            (Kind::Text, token) if alone => meaning(token).map_or(Value::Unknown, Value::Text),
            (Kind::Name, "true") if alone => Value::Flag(true),
            (Kind::Name, "false") if alone => Value::Flag(false),
            (Kind::Symbol, "{") => match self.table(span.first) {
                Some(table) if table.close + 1 == span.end => Value::Table {
                    open: table.open,
                    items: self.items(table),
                },
                Some(_) | None => Value::Unknown,
            },
            (Kind::Name | Kind::Number | Kind::Text | Kind::Symbol | Kind::Comment, _computed) => {
                Value::Unknown
            }
        }
    }

    fn items(&self, table: &Shape) -> Vec<String> {
        let listed = table.fields.iter();
        let listed = listed.filter(|field| field.key.is_none() && !field.computed);
        let tokens = listed.filter_map(|field| self.lone_text(field.value));
        tokens
            .filter_map(|token| meaning(token.of(&self.text)))
            .collect()
    }

    /// Within what is not understood: hosts that are made there, and (`settings`) options that are set there.
    fn look_for_riddles(&mut self, span: Span, settings: bool) {
        for index in span.first..span.end {
            let start = self.token(index).map_or(0, |token| token.start);
            let follows = self.token(index + 1).filter(|_| index + 1 < span.end);
            let next = follows.map_or("", |token| token.of(&self.text));
            let called =
                follows.is_some_and(|token| token.kind == Kind::Text) || ["(", "{"].contains(&next);
            let makes = ["VirtualHost", "Host", "host", "Component", "component"];
            let word = self.word(index);
            let includes = ["Include", "include", "RunScript"];
            if called && makes.contains(&word) {
                let what = "hosts are made in a loop, a condition or a function";
                self.riddles.push(Riddle { start, what });
            } else if called && includes.contains(&word) {
                let what = "a file is read in a loop, a condition or a function";
                self.riddles.push(Riddle { start, what });
            } else if settings && next == "=" {
                let name = word.to_owned();
                self.add(Setting {
                    name,
                    value: Value::Unknown,
                    start,
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> File {
        File::read("a", text).unwrap()
    }

    #[test]
    fn sections_follow_prosodys_rules() {
        let file = read(
            "a = 1\nVirtualHost 'A.example' b = \"x\"\nComponent(\"c\")(\"muc\") { d = true; \"e\" }\n\
             f = { 'g'; h = 2, [1] = 'i', j }\nComponent \"k\"\n  component_secret = \"l\"\n",
        );
        let heads: Vec<_> = file.sections.iter().map(|s| s.head.host()).collect();
        assert_eq!(heads, [None, Some("a.example"), Some("c"), None, Some("k")]);
        let names: Vec<Vec<_>> = file
            .sections
            .iter()
            .map(|s| s.settings.iter().map(|s| s.name.as_str()).collect())
            .collect();
        assert_eq!(
            names,
            [
                vec!["a"],
                vec!["b"],
                vec!["d"],
                vec!["f"],
                vec!["component_secret"]
            ]
        );
        assert_eq!(file.sections[3].settings[0].value.items(), ["g"]);
        assert!(file.riddles.is_empty());
    }

    #[test]
    fn what_only_running_would_tell_is_a_riddle() {
        for (text, what) in [
            ("VirtualHost(domain)", "computed"),
            ("for _, d in ipairs(x) do VirtualHost(d) end", "loop"),
            ("if a then Component 'x' 'muc' end", "condition"),
            ("Component 'x' (kind)", "computed"),
            ("Include(file)", "computed"),
            ("RunScript 'x.lua'", "another file"),
            ("local f = function() Include 'x' end", "function"),
        ] {
            let file = read(text);
            assert_eq!(file.riddles.len(), 1, "{text}");
            assert!(file.riddles[0].what.contains(what), "{text}");
        }
        let file = read("external_services = { { host = 'turn' } }\nlog.x = host\n");
        assert!(file.riddles.is_empty());
    }

    #[test]
    fn an_option_that_is_set_under_a_condition_is_not_known() {
        let file = read("VirtualHost 'a'\nmodules_enabled = {}\nif x then modules_enabled = y end");
        let last = file.sections[1].settings.last().unwrap();
        assert_eq!(
            (last.name.as_str(), &last.value),
            ("modules_enabled", &Value::Unknown)
        );
    }

    #[test]
    fn what_is_no_lua_is_not_read() {
        for text in [
            "VirtualHost",
            "a = ",
            "a = {",
            "= 1",
            "if a then",
            "x 'a' = 1",
            "end",
        ] {
            assert!(File::read("a", text).is_err(), "{text}");
        }
        let template = "{{ if .Env.X }}\nVirtualHost \"{{ .Env.Y }}\"\n{{ end }}";
        let error = File::read("a", template).unwrap_err().to_string();
        assert!(error.contains("template"), "{error}");
    }
}
