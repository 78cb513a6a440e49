//! What a person reads, kind by kind.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use usher_notify::{Letter, compose};

use crate::world::{BASE, NOTIFICATION, REQUEST, TASK, request_payload, task_payload};

const TASK_KINDS: [&str; 4] = ["task_opened", "task_nudged", "task_overdue", "question_answered"];
const REQUEST_KINDS: [&str; 6] = [
    "question_asked",
    "item_approved",
    "item_denied",
    "item_expired",
    "item_delivered",
    "item_ended",
];

const WORK_KINDS: [&str; 2] = ["work_give", "work_take_away"];

/// Every kind with its payload and where its link leads.
fn kinds() -> Vec<(&'static str, Value, String)> {
    let token = json!({ "scope": "request", "expires_at": "2026-06-01T00:00:00Z" });
    let tasks = TASK_KINDS.map(|kind| (kind, task_payload(), format!("{BASE}tasks/{TASK}")));
    let requests =
        REQUEST_KINDS.map(|kind| (kind, request_payload(), format!("{BASE}requests/{REQUEST}")));
    let mut all = Vec::from(tasks);
    all.extend(requests);
    for kind in WORK_KINDS {
        let work = json!({
            "work_item": TASK,
            "item": "Key to the vault",
            "application": "Cash desk",
            "due_at": "2026-06-01T16:00:00Z",
        });
        all.push((kind, work, format!("{BASE}work-items/{TASK}")));
    }
    all.push(("token_created", token, BASE.to_owned()));
    all
}

fn written(kind: &str, payload: &Value) -> Letter {
    compose(kind, payload, "Ada O'Brien", "ada@example.org", NOTIFICATION, BASE).unwrap()
}

#[test]
fn every_kind_in_words() {
    for (kind, payload, _) in kinds() {
        let letter = written(kind, &payload);
        insta::assert_snapshot!(kind, format!("Subject: {}\n\n{}", letter.subject, letter.text));
    }
}

#[test]
fn the_html_in_full() {
    insta::assert_snapshot!("task_opened_html", written("task_opened", &task_payload()).html);
}

#[test]
fn exactly_one_link_in_either_form_and_nothing_from_elsewhere() {
    for (kind, payload, link) in kinds() {
        let letter = written(kind, &payload);
        assert_eq!(letter.text.matches("://").count(), 1, "{kind}");
        assert!(letter.text.lines().any(|line| line == link), "{kind}");
        assert_eq!(letter.html.matches("://").count(), 1, "{kind}");
        assert_eq!(letter.html.matches("href=").count(), 1, "{kind}");
        assert!(letter.html.contains(&format!("href=\"{link}\"")), "{kind}");
        for foreign in ["<img", "<script", "url(", "@import", "src="] {
            assert!(!letter.html.contains(foreign), "{kind}: {foreign}");
        }
    }
}

#[test]
fn every_scope_of_a_token_has_words_of_its_own() {
    let texts: BTreeSet<String> = ["read", "request", "decide", "admin"]
        .map(|scope| json!({ "scope": scope, "expires_at": "2026-06-01T00:00:00Z" }))
        .map(|payload| written("token_created", &payload).text)
        .into();
    assert_eq!(texts.len(), 4);
}

#[test]
fn without_a_due_time_none_is_named() {
    let mut payload = task_payload();
    payload["due_at"] = Value::Null;
    for kind in TASK_KINDS {
        let text = written(kind, &payload).text;
        assert!(!text.contains("UTC") && !text.contains("decide by"), "{text}");
    }
}

#[test]
fn a_reason_cannot_carry_a_link_of_its_own() {
    for reason in ["Details at https://evil.example/x", "see evil.example", "ask eve@evil.example"]
    {
        let mut payload = task_payload();
        payload["reason"] = json!(reason);
        let letter = written("task_opened", &payload);
        for form in [&letter.text, &letter.html] {
            assert!(!form.contains("evil"), "{form}");
            assert!(form.contains("shown on the page only"), "{form}");
        }
    }
}

#[test]
fn an_unknown_kind_or_payload_has_no_words() {
    let none = |kind, payload: &Value| {
        compose(kind, payload, "Ada", "ada@example.org", NOTIFICATION, BASE).is_none()
    };
    assert!(none("campaign_opened", &task_payload()));
    assert!(none("task_opened", &json!({})));
    assert!(none(
        "token_created",
        &json!({ "scope": "root", "expires_at": "2026-06-01T00:00:00Z" })
    ));
    let mut elsewhere = request_payload();
    elsewhere["request"] = json!("../../sign-out");
    assert!(none("item_denied", &elsewhere));
}

#[test]
fn the_message_id_depends_on_the_notification_alone() {
    let of = |notification: &str, name: &str| {
        compose("task_opened", &task_payload(), name, "a@example.org", notification, BASE)
            .unwrap()
            .message_id
    };
    assert_eq!(of(NOTIFICATION, "Ada"), format!("<{NOTIFICATION}@usher.example.org>"));
    assert_eq!(of(NOTIFICATION, "Ada"), of(NOTIFICATION, "Bob"));
    assert_ne!(of(NOTIFICATION, "Ada"), of("01976a3c-0000-7000-8000-000000000002", "Ada"));
}

#[test]
fn the_words_that_are_used_are_the_words_that_exist() {
    let sources = [
        include_str!("../../src/notice.rs"),
        include_str!("../../src/layout.rs"),
        include_str!("../../src/words.rs"),
    ]
    .concat();
    let used: BTreeSet<&str> =
        sources.split('"').filter(|part| part.starts_with("mail-")).collect();
    let exist: BTreeSet<&str> = include_str!("../../locales/en-GB/mail.ftl")
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic()))
        .filter_map(|line| line.split_once(" =").map(|(key, _)| key))
        .collect();
    assert_eq!(used, exist);
}
