//! `/api`: the description as people read it. A page of ours, made here, without a script.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};

use crate::people::Actor;
use crate::web::frame::Frame;
use crate::web::problem::Problem;
use crate::web::{App, page};

#[derive(Template)]
#[template(path = "api.html")]
struct ApiPage {
    frame: Frame,
    base: String,
    about: String,
    operations: Vec<Operation>,
    codes: Vec<String>,
}

/// One that can be asked for.
struct Operation {
    method: String,
    path: String,
    summary: String,
    description: String,
    /// Parameters and headers.
    parameters: Vec<Member>,
    /// Of the body.
    members: Vec<Member>,
    answers: Vec<(String, String)>,
}

/// A member of a body, or a parameter.
struct Member {
    name: String,
    kind: String,
    is_required: bool,
    about: String,
    /// How many objects it is within.
    depth: usize,
}

/// `GET /api`.
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
) -> Result<Response, Problem> {
    let described = super::description();
    let page = ApiPage {
        frame: Frame::of(&app, &actor),
        base: app.outside(""),
        about: text(&described, "/info/description"),
        operations: operations(&described),
        codes: super::codes::types(),
    };
    page::answer(StatusCode::OK, &page)
}

fn text(value: &Value, place: &str) -> String {
    let text = value.pointer(place).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn members(value: &Value, place: &str) -> Map<String, Value> {
    let object = value.pointer(place).and_then(Value::as_object);
    object.cloned().unwrap_or_default()
}

fn operations(described: &Value) -> Vec<Operation> {
    let all = members(described, "/paths")
        .into_iter()
        .flat_map(|(path, methods)| {
            let methods = members(&methods, "").into_iter();
            methods.map(move |(method, operation)| (path.clone(), method, operation))
        });
    all.map(|(path, method, operation)| Operation {
        method: method.to_uppercase(),
        summary: text(&operation, "/summary"),
        description: text(&operation, "/description"),
        parameters: parameters(&operation),
        members: body(described, &operation),
        answers: answers(&operation),
        path,
    })
    .collect()
}

fn parameters(operation: &Value) -> Vec<Member> {
    let all = operation.pointer("/parameters").and_then(Value::as_array);
    let each = |parameter: &Value| Member {
        name: text(parameter, "/name"),
        kind: format!(
            "{}, in the {}",
            kind(parameter.get("schema")),
            text(parameter, "/in")
        ),
        is_required: parameter.get("required") == Some(&true.into()),
        about: text(parameter, "/description"),
        depth: 0,
    };
    all.into_iter().flatten().map(each).collect()
}

fn answers(operation: &Value) -> Vec<(String, String)> {
    let all = members(operation, "/responses").into_iter();
    all.map(|(status, answer)| (status, text(&answer, "/description")))
        .collect()
}

fn body(described: &Value, operation: &Value) -> Vec<Member> {
    let schema = operation.pointer("/requestBody/content/application~1json/schema");
    schema.map_or(Vec::new(), |schema| properties(described, schema, 0))
}

/// Deeper than any of ours.
const MAX_DEPTH: usize = 4;

fn properties(described: &Value, schema: &Value, depth: usize) -> Vec<Member> {
    let schema = resolved(described, schema);
    let required = schema.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|all| all.contains(&name.into()));
    let each = |(name, about): (String, Value)| {
        let inner = match inner(&about) {
            Some(inner) if depth < MAX_DEPTH => properties(described, inner, depth + 1),
            Some(_) | None => Vec::new(),
        };
        let member = Member {
            is_required: is_required(&name),
            kind: kind(Some(&about)),
            about: text(&about, "/description"),
            name,
            depth,
        };
        [member].into_iter().chain(inner).collect::<Vec<_>>()
    };
    members(schema, "/properties")
        .into_iter()
        .flat_map(each)
        .collect()
}

fn resolved<'a>(described: &'a Value, schema: &'a Value) -> &'a Value {
    let place = schema.get("$ref").and_then(Value::as_str);
    let found = place.and_then(|place| described.pointer(place.trim_start_matches('#')));
    found.unwrap_or(schema)
}

/// The object that a member is, or is a list of.
fn inner(about: &Value) -> Option<&Value> {
    let one_of = about.get("oneOf").and_then(Value::as_array);
    let is_object = |schema: &&Value| schema.get("$ref").is_some();
    let optional = one_of.and_then(|all| all.iter().find(is_object));
    optional
        .or_else(|| Some(about).filter(is_object))
        .or_else(|| about.get("items").filter(is_object))
}

/// `string`, `list of strings`, in words.
fn kind(schema: Option<&Value>) -> String {
    let Some(schema) = schema else {
        return String::new();
    };
    let names = match schema.get("type") {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(name)) => vec![name.as_str()],
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => vec![],
    };
    match names.into_iter().find(|name| *name != "null") {
        Some("array") => format!("list of {}s", kind(schema.get("items"))),
        Some("boolean") => "true or false".to_owned(),
        Some("integer") => "number".to_owned(),
        Some(name) => name.to_owned(),
        None => "object".to_owned(),
    }
}
