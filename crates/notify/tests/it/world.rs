//! Letters and payloads that the tests share.

use serde_json::{Value, json};
use usher_notify::{Letter, compose};

pub(crate) const BASE: &str = "https://usher.example.org/";
pub(crate) const FROM: &str = "Usher <usher@example.org>";
pub(crate) const NOTIFICATION: &str = "01976a3c-0000-7000-8000-000000000001";
pub(crate) const TASK: &str = "01976a3c-0000-7000-8000-0000000000a1";
pub(crate) const REQUEST: &str = "01976a3c-0000-7000-8000-0000000000b2";

pub(crate) fn task_payload() -> Value {
    json!({
        "task": TASK,
        "request": REQUEST,
        "number": 20427,
        "item": "Ledger, read",
        "application": "Finance & Tax",
        "requestee": "01976a3c-0000-7000-8000-0000000000c3",
        "reason": "Month-end closing.\nUntil <the> audit is over.",
        "due_at": "2026-03-03T14:05:00Z",
    })
}

pub(crate) fn request_payload() -> Value {
    json!({
        "request": REQUEST,
        "number": 20427,
        "item": "Ledger, read",
        "application": "Finance & Tax",
    })
}

pub(crate) fn letter_to(name: &str, address: &str) -> Letter {
    compose("task_opened", &task_payload(), name, address, NOTIFICATION, BASE).unwrap()
}
