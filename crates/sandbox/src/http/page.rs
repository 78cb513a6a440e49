//! A page on which a person can look at the directory as it really is.

use std::fmt::Write as _;

use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};

use crate::directory::Directory;

/// How many accounts the page shows; it is for looking, not for counting.
const SHOWN: usize = 500;

const HEAD: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
<title>Sandbox directory</title><style>\
:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;\
max-width:70rem;padding:0 1rem}table{border-collapse:collapse;width:100%;margin-bottom:2rem}\
caption{text-align:left;font-size:1.25rem;font-weight:600;padding:.5rem 0}\
th,td{text-align:left;padding:.35rem .75rem;border-bottom:1px solid #8886;\
overflow-wrap:anywhere;vertical-align:top}code{font-size:.85em}</style>\
<main><h1>Sandbox directory</h1>\
<p>This is the target system itself: what you see here is what is really there.</p>";

/// The newest accounts first, then the groups.
pub(super) fn show(directory: &Directory) -> Response {
    let mut html = HEAD.to_owned();
    accounts(&mut html, directory);
    groups(&mut html, directory);
    html.push_str("</main></html>");
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, html).into_response()
}

fn accounts(html: &mut String, directory: &Directory) {
    let count = directory.account_count();
    html.push_str("<table><caption>Accounts (");
    html.push_str(&count.to_string());
    html.push_str(
        ")</caption><thead><tr><th scope=\"col\">User name<th scope=\"col\">State\
         <th scope=\"col\">Groups<th scope=\"col\">External id<th scope=\"col\">Id<tbody>",
    );
    let all: Vec<_> = directory.accounts().collect();
    for account in all.iter().rev().take(SHOWN) {
        let groups: Vec<&str> =
            directory.groups_of(&account.id).map(|group| group.display_name.as_str()).collect();
        let state = if account.active { "active" } else { "disabled" };
        row(
            html,
            &[
                &account.user_name,
                state,
                &groups.join(", "),
                account.external_id.as_deref().unwrap_or("none"),
                &account.id,
            ],
        );
    }
    html.push_str("</table>");
    if count > SHOWN {
        // Writing to a String cannot fail.
        let _ = write!(html, "<p>{} older accounts are not shown.</p>", count - SHOWN);
    }
}

fn groups(html: &mut String, directory: &Directory) {
    html.push_str(
        "<table><caption>Groups</caption><thead><tr><th scope=\"col\">Name\
         <th scope=\"col\">Members<th scope=\"col\">Id<tbody>",
    );
    for group in directory.groups() {
        row(html, &[&group.display_name, &group.members.len().to_string(), &group.id]);
    }
    html.push_str("</table>");
}

fn row(html: &mut String, cells: &[&str]) {
    html.push_str("<tr>");
    for cell in cells {
        html.push_str("<td>");
        escape_into(html, cell);
    }
}

fn escape_into(html: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            // Overrides of the reading direction would let one name disguise another.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'..='\u{200f}' => {
                let _ = write!(html, "<code>U+{:04X}</code>", u32::from(character));
            }
            other => html.push(other),
        }
    }
}
