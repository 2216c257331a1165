//! The API's description of itself (`OpenAPI` 3.1), out of the handlers and their types; as JSON, and as a page.

mod bodies;
mod codes;
mod page;

use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::Value;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

pub(super) use self::bodies::{
    DeriveRequest, ExplainRequest, LinkRequest, ProblemBody, RevocationRequest,
};
pub(super) use self::page::show;
use super::document::Document;
use super::{api, batch, derive, explain, lists, revocations};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Roompass",
        description = "Signed links to rooms of Jitsi Meet. Times are RFC 3339, spans are in seconds. A member that does \
                       not exist is refused. What goes wrong is a problem of RFC 9457, whose `type` ends in a stable code.",
    ),
    paths(
        api::issue,
        api::listing::list,
        api::listing::one,
        batch::api,
        derive::derive,
        explain::explain,
        lists::room_name,
        lists::deny_reasons,
        revocations::list,
        revocations::revoke,
        revocations::feed,
        super::key_set,
        super::signed_key_set,
        super::healthy,
        super::metrics::metrics,
        openapi,
    ),
    components(schemas(ProblemBody)),
    security(("key" = []), ()),
    modifiers(&Rest)
)]
struct Description;

/// What the macros cannot say.
struct Rest;

impl Modify for Rest {
    fn modify(&self, described: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
        let bearer = bearer.description(Some("An API key, or the admin token"));
        let components = described.components.get_or_insert_default();
        components.add_security_scheme("key", SecurityScheme::Http(bearer.build()));
    }
}

/// The description, with every code that a problem or a decision can have.
pub(super) fn description() -> Value {
    let mut described = serde_json::to_value(Description::openapi()).unwrap_or_default();
    let mut list = |place: &str, codes: Vec<String>| {
        if let Some(found) = described.pointer_mut(place).and_then(Value::as_object_mut) {
            found.insert("enum".to_owned(), codes.into());
        }
    };
    list(
        "/components/schemas/ProblemBody/properties/type",
        codes::types(),
    );
    let mut decisions: Vec<Value> = codes::denials().map(Value::from).collect();
    decisions.push(Value::Null);
    list(
        "/components/schemas/DenyReasonRow/properties/code",
        codes::denials().map(str::to_owned).collect(),
    );
    if let Some(code) = described
        .pointer_mut("/components/schemas/Report/properties/code")
        .and_then(Value::as_object_mut)
    {
        code.insert("enum".to_owned(), decisions.into());
    }
    described
}

/// This description.
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    tag = "This issuer",
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json"))
)]
pub(super) async fn openapi(asked: HeaderMap) -> Response {
    let text = description().to_string();
    Document::new(text, "application/json", "no-cache").answer(&asked)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// `get /path`, of every route that is for programs.
    fn routes() -> BTreeSet<String> {
        let source = include_str!("../web.rs");
        let (_, routes) = source.split_once("fn for_programs()").unwrap();
        let (routes, _) = routes.split_once("\n}\n").unwrap();
        let each = |route: &str| {
            let path = route.split('"').nth(1).unwrap().to_owned();
            let methods = ["get", "post", "put", "delete"].into_iter();
            let has = |method: &&str| route.contains(&format!("{method}("));
            let named = methods
                .filter(has)
                .map(move |method| format!("{method} {path}"));
            named.collect::<Vec<_>>()
        };
        let all = routes.split(".route(").skip(1).flat_map(each);
        let for_programs = ["/api/v1/", "/.well-known/", "/healthz", "/metrics"];
        all.filter(|route| for_programs.iter().any(|start| route.contains(start)))
            .collect()
    }

    #[test]
    fn every_route_for_programs_is_described() {
        let described = description();
        let paths = described["paths"].as_object().unwrap();
        let all = paths.iter().flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys();
            methods.map(move |method| format!("{method} {path}"))
        });
        assert_eq!(all.collect::<BTreeSet<_>>(), routes());
        assert!(routes().contains("post /api/v1/links") && routes().len() >= 12);
    }

    #[test]
    fn every_code_is_in_it() {
        let described = description();
        let types =
            &described["components"]["schemas"]["ProblemBody"]["properties"]["type"]["enum"];
        let types: Vec<_> = types
            .as_array()
            .unwrap()
            .iter()
            .map(|kind| kind.as_str().unwrap())
            .collect();
        for reason in room_token::DenyReason::ALL {
            let kind = format!("urn:roompass:problem:{}", reason.code());
            assert!(types.contains(&kind.as_str()), "{kind}");
        }
        assert!(types.contains(&"urn:roompass:problem:ledger-unavailable"));
        for schema in ["Report", "DenyReasonRow"] {
            let codes = &described["components"]["schemas"][schema]["properties"]["code"]["enum"];
            assert!(
                codes.as_array().unwrap().contains(&"seats-taken".into()),
                "{schema}"
            );
        }
        assert_eq!(described["openapi"], "3.1.0");
    }
}
