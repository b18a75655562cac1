//! `GET /openapi.json`: the service and its models as `OpenAPI` 3.1 describes them, for clients that are generated.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};
use tabwright_model::Task;
use tabwright_table::{ColumnSchema, Kind};

use crate::app::App;
use crate::describe;
use crate::problem::PROBLEM_JSON;
use crate::served::Served;
use crate::snapshot::Snapshot;

/// Levels beyond so many are not listed.
const MAX_EXAMPLES: usize = 20;

/// Answers `GET /openapi.json`.
pub async fn openapi(State(app): State<Arc<App>>) -> Json<Value> {
    Json(describe_all(&app.registry.current(), app.auth.is_open()))
}

/// The whole description.
pub fn describe_all(snapshot: &Snapshot, is_open: bool) -> Value {
    let mut paths = fixed_paths(is_open);
    let mut schemas = fixed_schemas();
    for (name, served) in &snapshot.models {
        schemas.insert(format!("{name}.Row"), row(served));
        schemas.insert(format!("{name}.Rows"), rows(served, name));
        schemas.insert(format!("{name}.Scores"), scores(served));
        let summary = format!("Scores rows by the model {name}");
        paths.insert(
            format!("/v1/models/{name}/score"),
            score(&summary, name, is_open),
        );
    }
    for (name, group) in &snapshot.groups {
        let summary = format!("Scores rows by the group {name}: its champion, or its challenger");
        let champion = &group.champion.name;
        paths.insert(
            format!("/v1/models/{name}/score"),
            score(&summary, champion, is_open),
        );
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tabwright scorer",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Scores rows by the models in service, with the bits that they had in the workbench.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    })
}

/// Who may ask.
fn security(is_open: bool) -> Value {
    if is_open {
        json!([])
    } else {
        json!([{"token": []}])
    }
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// An answer in JSON.
fn told(description: &str, schema: &Value) -> Value {
    json!({"description": description, "content": {"application/json": {"schema": schema}}})
}

fn problem(description: &str) -> Value {
    json!({"description": description, "content": {PROBLEM_JSON: {"schema": reference("Problem")}}})
}

fn get(summary: &str, responses: &Value, security: &Value) -> Value {
    json!({"get": {"summary": summary, "responses": responses, "security": security}})
}

fn fixed_paths(is_open: bool) -> Map<String, Value> {
    let object = json!({"type": "object"});
    let text = |kind: &str, description: &str| json!({"200": {"description": description, "content": {kind: {"schema": {"type": "string"}}}}});
    let asked = |mut responses: Value| {
        responses["401"] = problem("A token is needed");
        responses
    };
    let (security, open) = (&security(is_open), &json!([]));
    let name =
        json!({"name": "name", "in": "path", "required": true, "schema": {"type": "string"}});
    let mut one = get(
        "A model: its task, its columns and a row that can be sent",
        &asked(
            json!({"200": told("The model", &reference("Model")), "404": problem("There is no such model")}),
        ),
        security,
    );
    one["get"]["parameters"] = json!([name]);
    let reload = json!({"post": {
        "summary": "Looks at the bundles' files again",
        "security": [{"token": []}],
        "responses": {
            "200": told("What changed; what was refused stays as it was", &reference("Reloaded")),
            "401": problem("An admin token is needed"),
            "409": problem("Nothing was reloaded"),
        },
    }});
    let ready = json!({"200": told("It does", &object), "503": told("It does not", &object)});
    let models = asked(json!({"200": told("The models", &reference("Models"))}));
    [
        (
            "/healthz",
            get(
                "Whether the server runs",
                &json!({"200": told("It does", &object)}),
                open,
            ),
        ),
        (
            "/readyz",
            get("Whether the server takes requests", &ready, open),
        ),
        (
            "/metrics",
            get(
                "Counts, for Prometheus",
                &asked(text("text/plain", "The counts")),
                security,
            ),
        ),
        (
            "/openapi.json",
            get(
                "This description",
                &asked(json!({"200": told("It", &object)})),
                security,
            ),
        ),
        (
            "/v1/models",
            get("All models and groups", &models, security),
        ),
        ("/v1/models/{name}", one),
        ("/v1/admin/reload", reload),
    ]
    .map(|(path, item)| (path.to_owned(), item))
    .into_iter()
    .collect()
}

fn score(summary: &str, model: &str, is_open: bool) -> Value {
    let binary = json!({"schema": {"type": "string"}});
    let problems = [
        ("400", "The body or the query is not understood"),
        ("401", "A token is needed"),
        ("406", "No such form of scores"),
        ("408", "The request took too long to come"),
        ("413", "The body is too long, or has too many rows"),
        ("415", "This form of rows is not taken"),
        (
            "422",
            "A value does not fit its column, or a column is absent; errors name row and column",
        ),
        ("500", "The server made a mistake"),
        ("503", "The server is busy"),
    ];
    let mut responses: Map<String, Value> = problems
        .map(|(status, said)| (status.to_owned(), problem(said)))
        .into_iter()
        .collect();
    let scores = json!({
        "description": "One prediction a row, in order",
        "content": {
            "application/json": {"schema": reference(&format!("{model}.Scores"))},
            "text/csv": {"schema": {"type": "string"}},
        },
    });
    responses.insert("200".into(), scores);
    let query = |name: &str, schema: Value, description: &str| json!({"name": name, "in": "query", "required": false, "schema": schema, "description": description});
    json!({"post": {
        "summary": summary,
        "security": security(is_open),
        "parameters": [
            query("contributions", json!({"type": "boolean"}), "Whether to say what each feature adds to the score"),
            query("delimiter", json!({"type": "string", "enum": [",", ";", "|", "\t"]}), "Between the cells of a CSV"),
            {
                "name": crate::score::ROUTE_KEY, "in": "header", "required": false, "schema": {"type": "string"},
                "description": "The same key is always answered by the same model of a group",
            },
        ],
        "requestBody": {"required": true, "content": {
            "application/json": {"schema": reference(&format!("{model}.Rows"))},
            "text/csv": binary.clone(),
            "text/tab-separated-values": binary,
            "application/vnd.apache.arrow.stream": {"schema": {"type": "string", "contentEncoding": "binary"}},
        }},
        "responses": responses,
    }})
}

/// A model's row.
fn row(served: &Served) -> Value {
    let columns = &served.shape.schema().columns;
    let properties: Map<String, Value> = columns
        .iter()
        .map(|column| (column.name.clone(), cell(column)))
        .collect();
    json!({
        "type": "object",
        "description": "Values by column. Null or absent is missing; a column that no row has is refused. Others are not looked at.",
        "properties": properties,
        "example": describe::model(served).example,
    })
}

/// A column's values.
fn cell(column: &ColumnSchema) -> Value {
    let examples: Vec<&String> = column.levels.iter().take(MAX_EXAMPLES).collect();
    match column.kind {
        Kind::Integer | Kind::Decimal => json!({"type": ["number", "null"]}),
        Kind::Boolean => json!({
            "type": ["boolean", "string", "null"],
            "enum": [column.levels.first(), column.levels.get(1), true, false, null],
        }),
        Kind::Category => json!({"type": ["string", "null"], "examples": examples}),
        Kind::Date => {
            json!({"type": ["string", "null"], "description": "A day, as the training file wrote it"})
        }
        Kind::Datetime => {
            json!({"type": ["string", "null"], "description": "A day and time, as the training file wrote it"})
        }
        Kind::Text | Kind::Identifier => json!({"type": ["string", "null"]}),
    }
}

fn rows(served: &Served, name: &str) -> Value {
    let columns = &served.shape.schema().columns;
    let lists: Map<String, Value> = columns
        .iter()
        .map(|column| {
            (
                column.name.clone(),
                json!({"type": "array", "items": cell(column)}),
            )
        })
        .collect();
    let required: Vec<&String> = columns.iter().map(|column| &column.name).collect();
    json!({"oneOf": [
        {
            "type": "object", "required": ["rows"], "additionalProperties": false,
            "properties": {"rows": {"type": "array", "items": reference(&format!("{name}.Row"))}},
        },
        {
            "type": "object", "required": ["columns"], "additionalProperties": false,
            "properties": {"columns": {
                "type": "object", "description": "Lists of one length", "properties": lists, "required": required,
            }},
        },
    ]})
}

/// A model's answer.
fn scores(served: &Served) -> Value {
    let task = &served.scorer.pipeline().model.task;
    let by_class = |described: &str| {
        let classes = task.classes().iter();
        let classes: Map<String, Value> = classes
            .map(|class| (class.clone(), json!({"type": "number"})))
            .collect();
        json!({"type": "object", "description": described, "properties": classes})
    };
    let mut properties = Map::new();
    match task {
        Task::Regression => properties.insert("number".into(), json!({"type": "number"})),
        _ => properties.insert(
            "label".into(),
            json!({"type": "string", "enum": task.classes()}),
        ),
    };
    properties.insert(
        "score".into(),
        json!({"type": "number", "description": "The margin: what the model adds up, before any link"}),
    );
    if task.n_outputs() > 1 {
        properties.insert("scores".into(), by_class("The margin of each class"));
    }
    if !task.classes().is_empty() {
        properties.insert("probabilities".into(), by_class("They add up to 1"));
    }
    properties.insert(
        "contributions".into(),
        json!({"type": "object", "description": "The base and what each feature adds to the score; by class where there are several"}),
    );
    let string = json!({"type": "string"});
    json!({
        "type": "object",
        "required": ["model", "sha256", "task", "target", "predictions"],
        "properties": {
            "model": string, "sha256": string, "task": string, "target": string,
            "role": {"type": "string", "enum": ["champion", "challenger", "shadow"]},
            "predictions": {"type": "array", "items": {"type": "object", "properties": properties}},
        },
    })
}

fn fixed_schemas() -> Map<String, Value> {
    let string = json!({"type": "string"});
    let strings = json!({"type": "array", "items": {"type": "string"}});
    let named = json!({"type": "object", "additionalProperties": {"type": "string"}});
    let problem = json!({
        "type": "object",
        "description": "RFC 9457",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": string, "title": string, "status": {"type": "integer"}, "detail": string,
            "errors": {"type": "array", "items": {"type": "object", "required": ["message"], "properties": {
                "row": {"type": "integer"}, "line": {"type": "integer"}, "column": string, "message": string,
            }}},
        },
    });
    let model = json!({
        "type": "object",
        "required": ["name", "sha256", "task", "target", "algorithm", "engine", "proof_rows", "columns", "example"],
        "properties": {
            "name": string, "sha256": string, "task": string, "target": string, "classes": strings,
            "algorithm": string, "engine": string, "proof_rows": {"type": "integer"},
            "columns": {"type": "array", "items": {"type": "object"}},
            "example": {"type": "object"},
        },
    });
    let models = json!({
        "type": "object",
        "required": ["models", "groups", "refused"],
        "properties": {
            "models": {"type": "array", "items": reference("Model")},
            "groups": {"type": "array", "items": {"type": "object"}},
            "refused": named,
        },
    });
    let reloaded = json!({
        "type": "object",
        "required": ["loaded", "unchanged", "removed", "failed"],
        "properties": {"loaded": strings, "unchanged": strings, "removed": strings, "failed": named},
    });
    [
        ("Problem", problem),
        ("Model", model),
        ("Models", models),
        ("Reloaded", reloaded),
    ]
    .map(|(name, schema)| (name.to_owned(), schema))
    .into_iter()
    .collect()
}
