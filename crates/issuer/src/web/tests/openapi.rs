//! The API's description of itself, and the page of it.

use super::*;

#[tokio::test]
async fn anybody_may_read_what_the_api_is() {
    let guarded = router(app(key(), Some(ADMIN_TOKEN)));
    let described = ask(guarded, request("GET /api/v1/openapi.json", &[], "")).await;
    assert_eq!(described.header("content-type"), "application/json");
    assert_eq!(described.json()["info"]["title"], "Roompass");
}

#[tokio::test]
async fn the_page_has_every_operation_and_member() {
    let headers = [("accept", "text/html")];
    let page = send(request("GET /api", &headers, "")).await;
    assert_eq!(page.status, StatusCode::OK);
    for words in [
        "/api/v1/links",
        "Idempotency-Key",
        "max_occupants",
        "list of objects",
        "ledger-unavailable",
        "<strong>required</strong>",
    ] {
        assert!(page.text().contains(words), "{words}");
    }
    let scripts = page.text().matches("<script").count();
    assert_eq!(scripts, 1, "ours alone");
}

/// An answer has the members that the description promises.
#[tokio::test]
async fn an_answer_is_what_is_described() {
    let described = get("/api/v1/openapi.json").await.json();
    let schemas = &described["components"]["schemas"];
    let answer = post_json(
        "/api/v1/links",
        r#"{"room":"sync","name":"Ada","seats":2,"features":{"recording":false}}"#,
    )
    .await;
    assert!(
        conforms(schemas, &schemas["LinkAnswer"], &answer.json()),
        "{}",
        answer.text()
    );
    let problem = post_json("/api/v1/links", r#"{"rom":"sync"}"#).await;
    assert!(
        conforms(schemas, &schemas["ProblemBody"], &problem.json()),
        "{}",
        problem.text()
    );
    let reasons = get("/api/v1/deny-reasons").await;
    assert!(conforms(
        schemas,
        &schemas["DenyReasonsAnswer"],
        &reasons.json()
    ));
    assert!(
        !conforms(schemas, &schemas["LinkAnswer"], &problem.json()),
        "the measure measures"
    );
}

/// Required members are there, and every member is described, at any depth.
fn conforms(schemas: &Value, schema: &Value, value: &Value) -> bool {
    if let Some(place) = schema["$ref"].as_str() {
        let name = place.rsplit('/').next().unwrap();
        return conforms(schemas, &schemas[name], value);
    }
    if let Some(all) = schema["allOf"].as_array() {
        let known = |name: &String| all.iter().any(|part| has_member(schemas, part, name));
        return all.iter().all(|part| requires(schemas, part, value))
            && value
                .as_object()
                .is_some_and(|object| object.keys().all(known));
    }
    match value {
        Value::Array(items) => items
            .iter()
            .all(|item| conforms(schemas, &schema["items"], item)),
        Value::Object(members) if schema["properties"].is_object() => {
            requires(schemas, schema, value)
                && members.iter().all(|(name, member)| {
                    let about = &schema["properties"][name];
                    !about.is_null() && conforms(schemas, about, member)
                })
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            true
        }
    }
}

fn resolved<'a>(schemas: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(place) => &schemas[place.rsplit('/').next().unwrap()],
        None => schema,
    }
}

fn has_member(schemas: &Value, schema: &Value, name: &str) -> bool {
    !resolved(schemas, schema)["properties"][name].is_null()
}

fn requires(schemas: &Value, schema: &Value, value: &Value) -> bool {
    let required = resolved(schemas, schema)["required"].as_array();
    let mut all = required.into_iter().flatten();
    all.all(|name| !value[name.as_str().unwrap()].is_null())
}
