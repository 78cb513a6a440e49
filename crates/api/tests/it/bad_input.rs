//! Whatever a client sends is answered at once, with a problem that says whose mistake it is, and never by a 5xx.

use anyhow::{Context as _, Result};
use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use serde_json::{Value, json};
use usher_company::{ADMINISTRATOR, EMPLOYEE, MANAGER};
use usher_testkit::World;
use usher_vocabulary::TokenScope;

use crate::client::{Answer, Client};

const NOWHERE: &str = "01890000-0000-7000-8000-000000000000";

/// Values that break what takes them for what they look like, percent-encoded.
const ODD: [&str; 38] = [
    "",
    "%20",
    "%00",
    "a%00b",
    "%E2%80%AEgnp.exe", // right-to-left override
    "%E2%80%8B",        // zero-width space
    "e%CC%81",          // é decomposed
    "%C3%A9",           // é composed
    "%C4%B0",           // dotted capital i
    "%C4%B1",           // dotless small i
    "%F0%9F%98%80",     // beyond the basic plane
    "%FF%FE",           // no UTF-8
    "%ED%A0%80",        // a surrogate in UTF-8
    "%zz",
    "O%27Brien",
    "%3Dcmd%28%29",
    "*%29%28uid%3D*",
    "%22%3B%20DROP%20TABLE%20person%3B%20--",
    "%25",
    "_",
    "%5C",
    "-1",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "1e309",
    "NaN",
    "null",
    "1969-12-31T23:59:59Z",
    "9999-12-31T23:59:59Z",
    "0000-01-01T00:00:00Z",
    "-9999-01-01T00:00:00Z",
    "-262143-01-01T00:00:00Z",
    "%2B262142-12-31T23:59:59Z",
    "2016-12-31T23:59:60Z",
    "2026-02-30T00:00:00Z",
    "2026-01-01T00:00:00%2B99:99",
    "..%2f..%2fetc%2fpasswd",
];

/// Cursors that nobody was given though they are built like ours.
const CURSORS: [&str; 5] = [
    // The microsecond -8000000000000000000, long before the database's first.
    "LTgwMDAwMDAwMDAwMDAwMDAwMDB8MDE4OTAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAw",
    // The microsecond 8000000000000000000, in a year of six digits.
    "ODAwMDAwMDAwMDAwMDAwMDAwMHwwMTg5MDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDA",
    // The lowest number of 64 bits.
    "LTkyMjMzNzIwMzY4NTQ3NzU4MDh8MDE4OTAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAw",
    // Names with a NUL: of a person, and of an item of the catalogue.
    "YQBiCjAxODkwMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMA",
    "YQpiAAowMTg5MDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDA",
];

/// What every answer has in common: no 5xx, and each failure is a short problem.
fn is_in_order(what: &str, answer: &Answer) {
    assert!(answer.status < 500, "{what}: {answer:?}");
    if answer.status >= 400 {
        assert_eq!(answer.media_type, "application/problem+json", "{what}: {answer:?}");
        assert_eq!(answer.json["status"], answer.status, "{what}: {answer:?}");
        assert!(answer.json.to_string().len() < 2_000, "{what} is repeated to whoever sent it");
    }
}

/// Address and query parameters of every operation that reads a list.
fn lists() -> Result<Vec<(String, Vec<String>)>> {
    let document = serde_json::to_value(usher_api::document())?;
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().context("paths")? {
        let parameters = methods["get"]["parameters"].as_array();
        let names = parameters.into_iter().flatten().filter(|p| p["in"] == "query");
        let names = names.filter_map(|p| p["name"].as_str()).map(str::to_owned).collect();
        found.push((path.replace("{id}", NOWHERE), names));
    }
    Ok(found)
}

#[tokio::test]
async fn no_value_of_a_query_breaks_a_list() -> Result<()> {
    let world = World::open().await?;
    let client = Client::new(&world, ADMINISTRATOR, TokenScope::Read).await?;
    let long = "a".repeat(60_000);
    let mut asked = 0;
    for (path, names) in lists()? {
        for name in names {
            let cursors = CURSORS.iter().filter(|_| name == "cursor");
            for value in ODD.iter().chain(cursors).chain([&long.as_str()]) {
                let address = format!("{path}?{name}={value}");
                let answer = client.get(&address).await?;
                is_in_order(&address, &answer);
                asked += 1;
            }
            is_in_order("twice", &client.get(&format!("{path}?{name}=1&{name}=2")).await?);
        }
    }
    assert!(asked > 500, "only {asked} were asked");
    Ok(())
}

#[tokio::test]
async fn a_cursor_that_nobody_was_given_is_the_clients_mistake() -> Result<()> {
    let world = World::open().await?;
    let client = Client::new(&world, ADMINISTRATOR, TokenScope::Read).await?;
    for path in ["audit-events", "jobs", "requests", "tasks", "people", "catalogue"] {
        for cursor in CURSORS {
            let answer = client.get(&format!("/api/v1/{path}?cursor={cursor}")).await?;
            assert_eq!(
                (answer.status, answer.code()),
                (400, "cursor_invalid"),
                "{path} {cursor}: {answer:?}"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_is_looked_for_has_a_length_and_a_nul_is_in_nothing() -> Result<()> {
    let world = World::open().await?;
    let client = Client::new(&world, ADMINISTRATOR, TokenScope::Read).await?;
    for list in ["people?q", "catalogue?q", "audit-events?action", "audit-events?person"] {
        let longest = "é".repeat(200);
        let answer = client.get(&format!("/api/v1/{list}={}", percent(&longest))).await?;
        assert_eq!((answer.status, answer.items()?.len()), (200, 0), "{list}: {answer:?}");
        let longer = percent(&format!("{longest}é"));
        let answer = client.get(&format!("/api/v1/{list}={longer}")).await?;
        assert_eq!((answer.status, answer.code()), (400, "query_invalid"), "{list}: {answer:?}");
        let answer = client.get(&format!("/api/v1/{list}=%00")).await?;
        assert_eq!((answer.status, answer.items()?.len()), (200, 0), "{list}: {answer:?}");
    }
    Ok(())
}

#[tokio::test]
async fn times_are_those_of_rfc_3339() -> Result<()> {
    let world = World::open().await?;
    let client = Client::new(&world, ADMINISTRATOR, TokenScope::Read).await?;
    for (time, status) in [
        ("0000-01-01T00:00:00Z", 200),
        ("1969-12-31T23:59:59Z", 200),
        ("9999-12-31T23:59:59Z", 200),
        ("-0002-12-31T23:59:59Z", 400),
        ("-262143-01-01T00:00:00Z", 400),
        ("%2B10001-01-01T00:00:00Z", 400),
    ] {
        for bound in ["from", "until"] {
            let answer = client.get(&format!("/api/v1/audit-events?{bound}={time}")).await?;
            assert_eq!(answer.status, status, "{bound} {time}: {answer:?}");
        }
    }
    Ok(())
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Addresses that change something, each with the scope that they need and a body that they take.
const CHANGES: [(&str, TokenScope, &str); 5] = [
    ("/api/v1/requests", TokenScope::Request, r#"{"items":[],"reason":"x"}"#),
    ("/api/v1/requests/ID/withdraw", TokenScope::Request, ""),
    ("/api/v1/access/ID/give-back", TokenScope::Request, ""),
    ("/api/v1/jobs/ID/retry", TokenScope::Admin, ""),
    ("/api/v1/tasks/ID/decision", TokenScope::Decide, r#"{"decision":"approve"}"#),
];

#[tokio::test]
async fn no_id_no_key_and_no_version_breaks_a_change() -> Result<()> {
    let world = World::open().await?;
    let long = "a".repeat(7_000);
    for (path, scope, body) in CHANGES {
        let client = Client::new(&world, ADMINISTRATOR, scope).await?;
        let mut requests = Vec::new();
        let post =
            |address: &str| Request::post(address).header(header::CONTENT_TYPE, "application/json");
        for id in ODD.iter().filter(|_| path.contains("ID")) {
            requests.push((id.as_bytes(), post(&path.replace("ID", id))));
        }
        let path = path.replace("ID", NOWHERE);
        for name in ["idempotency-key", "if-match"] {
            let odd: [&[u8]; 12] = [
                b"",
                b"*",
                b"a b",
                b"\xff",
                b"\"1",
                b"W/W/\"1\"",
                b"+1",
                b"-1",
                b"\"1\", \"2\"",
                b"9223372036854775807",
                b"9223372036854775808",
                long.as_bytes(),
            ];
            for value in odd {
                requests.push((value, post(&path).header(name, value)));
            }
            requests.push((b"two", post(&path).header(name, "\"1\"").header(name, "\"2\"")));
        }
        for (value, request) in requests {
            let answer = client.send(request.body(Body::from(body))?).await?;
            let what = format!("{path} {}", String::from_utf8_lossy(value));
            assert!(answer.status >= 400, "{what}: {answer:?}");
            is_in_order(&what, &answer);
        }
    }
    Ok(())
}

/// RFC 9110 allows one of each; which of two is meant, nobody can say.
#[tokio::test]
async fn what_may_be_said_once_is_refused_when_it_is_said_twice() -> Result<()> {
    let world = World::open().await?;
    let client = Client::new(&world, MANAGER, TokenScope::Decide).await?;
    let path = format!("/api/v1/tasks/{NOWHERE}/decision");
    let body = json!({"decision": "approve"});
    for (name, code) in
        [("idempotency-key", "idempotency_key_invalid"), ("if-match", "if_match_invalid")]
    {
        let answer = client.post(&path, &[(name, "1"), (name, "2")], &body).await?;
        assert_eq!((answer.status, answer.code()), (400, code), "{answer:?}");
        let answer = client.post(&path, &[(name, "1")], &body).await?;
        assert_eq!((answer.status, answer.code()), (404, "not_found"), "{answer:?}");
    }
    let stranger = Client::with_token(&world, "");
    let mine = client.authorization();
    let own = [("authorization", mine.as_str()), ("authorization", "Bearer other")];
    let answer = stranger.post(&path, &own, &body).await?;
    assert_eq!((answer.status, answer.code()), (401, "token_missing"), "{answer:?}");
    let answer = stranger.post(&path, &own[..1], &body).await?;
    assert_eq!(answer.status, 404, "{answer:?}");
    Ok(())
}

#[tokio::test]
async fn a_version_is_a_number_in_quotation_marks_or_alone() -> Result<()> {
    let world = World::open().await?;
    let client = Client::new(&world, MANAGER, TokenScope::Decide).await?;
    let path = format!("/api/v1/tasks/{NOWHERE}/decision");
    for (value, status) in [
        ("*", 404),
        ("1", 404),
        ("\"1\"", 404),
        ("W/\"1\"", 404),
        ("\"999999999999999999\"", 404),
        ("\"1", 400),
        ("1\"", 400),
        ("\"\"1\"\"", 400),
        ("W/1", 400),
        ("W/W/\"1\"", 400),
        ("+1", 400),
        ("-1", 400),
        ("\"1\", \"2\"", 400),
        ("9223372036854775808", 400),
        ("", 400),
    ] {
        let answer =
            client.post(&path, &[("if-match", value)], &json!({"decision": "approve"})).await?;
        assert_eq!(answer.status, status, "{value}: {answer:?}");
    }
    Ok(())
}

#[tokio::test]
async fn bodies_that_make_no_sense_are_not_repeated() -> Result<()> {
    let world = World::open().await?;
    let name = "k".repeat(200_000);
    let deep = 100_000;
    let bodies = [
        String::new(),
        "null".to_owned(),
        "\u{feff}{}".to_owned(),
        "{}{}".to_owned(),
        r#"{"reason":"\ud800","items":[]}"#.to_owned(),
        r#"{"decision":"approve","decision":"deny"}"#.to_owned(),
        r#"{"decision":{"approve":null}}"#.to_owned(),
        format!(r#"{{"{name}":1}}"#),
        format!(r#"{{"decision":"{name}"}}"#),
        format!(r#"{{"items":[],"reason":"{name}"}}"#),
        format!(r#"{{"for":"{name}","items":[],"reason":"x"}}"#),
        "[".repeat(deep),
        format!(r#"{{"for":{}"#, r#"{"a":"#.repeat(deep / 4)),
        format!(r#"{{"items":{}{}}}"#, "[".repeat(deep), "]".repeat(deep)),
        format!(r#"{{"items":[{}{{}}],"reason":"x"}}"#, "{},".repeat(50_000)),
        format!("1e{}", "9".repeat(100_000)),
    ];
    for (path, scope, _) in CHANGES.into_iter().filter(|(_, _, body)| !body.is_empty()) {
        let client = Client::new(&world, ADMINISTRATOR, scope).await?;
        let path = path.replace("ID", NOWHERE);
        for body in &bodies {
            let request = Request::post(&path).header(header::CONTENT_TYPE, "application/json");
            let answer = client.send(request.body(Body::from(body.clone()))?).await?;
            let what = format!("{path} {}", body.chars().take(40).collect::<String>());
            assert!(matches!(answer.status, 400 | 422), "{what}: {answer:?}");
            is_in_order(&what, &answer);
        }
    }
    Ok(())
}

/// What serde takes besides for a struct and for a word is in no description.
#[tokio::test]
async fn an_object_is_an_object_and_a_word_is_a_word() -> Result<()> {
    let world = World::open().await?;
    let task = format!("/api/v1/tasks/{NOWHERE}/decision");
    let item = json!([NOWHERE, null, null]);
    for (path, scope, body) in [
        ("/api/v1/requests", TokenScope::Request, json!([null, [], "x"])),
        ("/api/v1/requests", TokenScope::Request, json!({"items": [item], "reason": "x"})),
        (&task, TokenScope::Decide, json!(["approve", null])),
        (&task, TokenScope::Decide, json!({"decision": {"approve": null}})),
        (&task, TokenScope::Decide, json!({"decision": 0})),
    ] {
        let client = Client::new(&world, MANAGER, scope).await?;
        let answer = client.post(path, &[], &body).await?;
        let code = answer.json["errors"][0]["code"].as_str();
        assert_eq!((answer.status, code), (422, Some("wrong_shape")), "{body}: {answer:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_body_that_is_too_large_is_not_waited_for() -> Result<()> {
    let world = World::open().await?;
    let client = Client::new(&world, EMPLOYEE, TokenScope::Request).await?;
    let post =
        || Request::post("/api/v1/requests").header(header::CONTENT_TYPE, "application/json");
    let large = Body::from(format!(r#"{{"items":[],"reason":"{}"}}"#, "a".repeat(1_000_000)));
    let answer = client.send(post().body(large)?).await?;
    assert_eq!((answer.status, answer.code()), (413, "too_large"), "{answer:?}");
    is_in_order("1 MB", &answer);
    // Its length is said, and nothing of it ever comes.
    let never = futures::stream::pending::<Result<Bytes, std::convert::Infallible>>();
    let request = post().header(header::CONTENT_LENGTH, "9999999999");
    let answer = client.send(request.body(Body::from_stream(never))?).await?;
    assert_eq!((answer.status, answer.code()), (413, "too_large"), "{answer:?}");
    Ok(())
}

#[tokio::test]
async fn a_duration_beyond_every_number_is_told_the_limit() -> Result<()> {
    let world = World::open().await?;
    let client = Client::new(&world, EMPLOYEE, TokenScope::Request).await?;
    let catalogue = client.get("/api/v1/catalogue").await?;
    let item = &catalogue.named("Maintain payment memos")?["id"];
    let ask = |duration: &str| json!({"items": [{"catalogue_item": item, "duration": duration}], "reason": "x"});
    let of = |answer: &Answer| answer.json["errors"][0]["detail"].as_str().map(str::to_owned);
    let far = client.post("/api/v1/requests", &[], &ask("P4000D")).await?;
    let beyond = client.post("/api/v1/requests", &[], &ask("P106751991167300D")).await?;
    assert_eq!(of(&beyond), of(&far), "{beyond:?}");
    assert!(of(&far).is_some_and(|detail| detail.contains("seconds") && !detail.contains("  ")));
    Ok(())
}

#[tokio::test]
async fn no_time_of_a_request_breaks_it() -> Result<()> {
    let world = World::open().await?;
    let client = Client::new(&world, EMPLOYEE, TokenScope::Request).await?;
    let catalogue = client.get("/api/v1/catalogue").await?;
    let item = &catalogue.named("Maintain payment memos")?["id"];
    for start in [
        json!("+262142-12-31T23:59:59Z"),
        json!("-262143-01-01T00:00:00Z"),
        json!("9999-12-31T23:59:59Z"),
        json!("1969-12-31T23:59:59Z"),
        json!("2026-02-30T00:00:00Z"),
        json!(0),
        json!(""),
        Value::Bool(true),
    ] {
        let body = json!({
            "items": [{"catalogue_item": item, "starts_at": start, "duration": "P1D"}],
            "reason": "x"
        });
        let answer = client.post("/api/v1/requests", &[], &body).await?;
        assert_eq!(answer.status, 422, "{start}: {answer:?}");
        is_in_order("a start", &answer);
    }
    Ok(())
}
