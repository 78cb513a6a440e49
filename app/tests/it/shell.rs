//! The frame: who sees which place, and what every document carries.

use leptos::prelude::*;
use usher_app::{
    Density, Failure, Frame, Gate, Look, NavRights, Place, SignedIn, SingleKeys, Theme, failure,
    gate, page, preferences_kept,
};
use usher_ui::Link;

pub(crate) fn frame() -> Frame {
    Frame {
        title: "Tasks".into(),
        breadcrumbs: vec![Link::new("/", "Home")],
        current: Place::Tasks,
        person: SignedIn { name: "Inês Carvalho".into(), title: "Treasury analyst".into() },
        nav: NavRights::default(),
        task_count: 3,
        flash: None,
        nonce: "n0nce".into(),
        look: Look::default(),
        banner: None,
        company: "Harbourline".into(),
        here: "/tasks?page=2&sort=due".into(),
        support_id: "4f0c9b1e77a2".into(),
    }
}

fn places(nav: NavRights) -> Vec<String> {
    let html = page(Frame { nav, ..frame() }, || view! { <h1>"x"</h1> });
    let side = html
        .split("<nav id=\"nav\"")
        .nth(1)
        .and_then(|rest| rest.split("</nav>").next())
        .unwrap_or("");
    side.split("<li><a href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn everyone_has_five_places_and_rights_add_to_them() {
    let everyone = ["/", "/access/request", "/access", "/requests", "/tasks"];
    assert_eq!(places(NavRights::default()), everyone);
    let with = |more: &[&'static str]| [&everyone, more].concat();
    let by_hand = NavRights { work_items: Some(0), ..NavRights::default() };
    assert_eq!(places(by_hand), with(&["/work-items"]));
    assert_eq!(places(NavRights { manager: true, ..NavRights::default() }), with(&["/team"]));
    assert_eq!(
        places(NavRights { auditor: true, ..NavRights::default() }),
        with(&["/audit", "/access-rules"])
    );
    assert_eq!(
        places(NavRights { operations: true, ..NavRights::default() }),
        with(&["/operations"])
    );
    assert_eq!(
        places(NavRights { administrator: true, ..NavRights::default() }),
        with(&[
            "/audit",
            "/access-rules",
            "/operations",
            "/connectors",
            "/people",
            "/applications"
        ])
    );
}

#[test]
fn the_document_is_whole_and_names_its_parts() {
    let html = page(frame(), || view! { <h1>"Three decisions wait"</h1> });
    for part in [
        "<!doctype html><html lang=\"en-GB\">",
        "<title>Tasks - Usher</title>",
        "<meta name=\"viewport\"",
        "href=\"#main\"",
        "id=\"main\"",
        "<h1>Three decisions wait</h1>",
        "aria-current=\"page\"",
        "data-opens=\"palette\"",
        "href=\"/search\"",
        "<dialog id=\"palette\"",
        "action=\"/search\"",
        "action=\"/preferences\"",
        "action=\"/sign-out\"",
        "value=\"/tasks?page=2&amp;sort=due\"",
        "4f0c9b1e77a2",
        "popovertarget=\"nav\"",
    ] {
        assert!(html.contains(part), "no {part} in {html}");
    }
    let page = outside_islands(&html);
    assert!(!page.contains("<!>") && !page.contains("<!--"), "markers of hydration in {page}");
    assert!(!html.contains("/assets/missing"), "{html}");
    assert!(
        !html.contains("style=\""),
        "an inline style, which the content security policy refuses"
    );
}

/// The page without the parts that a browser takes over, which need their markers.
pub(crate) fn outside_islands(html: &str) -> String {
    let mut parts = html.split("<leptos-island");
    let first = parts.next().unwrap_or_default();
    let others = parts.filter_map(|part| part.split_once("</leptos-island>"));
    others.fold(first.to_owned(), |page, (_, after)| page + after)
}

#[test]
fn the_look_is_an_attribute_of_the_document_and_the_choice_in_the_menu() {
    let densities = [(Density::Comfortable, ""), (Density::Compact, " data-density=\"compact\"")];
    let themes = [Theme::System, Theme::Light, Theme::Dark];
    let looks = themes.into_iter().flat_map(|theme| {
        densities.into_iter().flat_map(move |density| {
            SingleKeys::ALL.map(|single_keys| (theme, density, single_keys))
        })
    });
    for (theme, (density, attribute), single_keys) in looks {
        let html = page(
            Frame { look: Look { theme, density, single_keys }, ..frame() },
            || view! { <h1>"x"</h1> },
        );
        let colours = match theme {
            Theme::System => String::new(),
            _ => format!(" data-theme=\"{}\"", theme.word()),
        };
        let start = format!("<html lang=\"en-GB\"{colours}{attribute}>");
        assert!(html.contains(&start), "{html}");
        let checked: Vec<&str> =
            html.split("<input").filter(|input| input.contains(" checked")).collect();
        let chosen = ["theme-", "density-", "keys-"];
        let words = [theme.word(), density.word(), single_keys.word()];
        let ids = chosen.iter().zip(words).map(|(group, word)| format!("id=\"{group}{word}\""));
        assert_eq!(checked.len(), 3);
        assert!(checked.iter().zip(ids).all(|(input, id)| input.contains(&id)), "{checked:?}");
    }
}

#[test]
fn what_was_done_and_where_one_is_are_said_once() {
    let flash = Some(preferences_kept());
    let html = page(
        Frame { flash, banner: Some("Rehearsal".into()), ..frame() },
        || view! { <h1>"x"</h1> },
    );
    assert_eq!(html.matches("Your preferences are kept.").count(), 1);
    assert_eq!(html.matches("Rehearsal").count(), 1);
}

#[test]
fn a_name_cannot_break_out_of_the_frame() {
    let person = SignedIn { name: "<b onload=\"x\">O'Brien & Co".into(), title: String::new() };
    let html = page(Frame { person, ..frame() }, || view! { <h1>"x"</h1> });
    assert!(!html.contains("<b onload"), "{html}");
    assert!(html.contains("O&#x27;Brien") || html.contains("O'Brien"), "{html}");
}

#[test]
fn the_gate_shows_no_navigation() {
    let frame = Gate { title: "Sign in".into(), look: Look::default(), foot: "Call us".into() };
    let html = gate(frame, || view! { <h1>"Sign in"</h1> }, None);
    assert!(html.contains("<h1>Sign in</h1>") && html.contains("Call us"));
    assert!(!html.contains("<nav"), "{html}");
    assert!(!html.contains("<script") && !html.contains("leptos-island"), "{html}");
}

#[test]
fn a_failure_says_what_is_saved_and_gives_its_number() {
    let kinds = [
        (Failure::Forbidden, 403),
        (Failure::NotFound, 404),
        (Failure::Invalid, 422),
        (Failure::Broken { maybe_saved: true }, 500),
    ];
    for (kind, status) in kinds {
        assert_eq!(kind.status(), status);
        let html = failure(kind, Look::default(), "77a2".into(), None);
        assert!(html.contains("What is saved") && html.contains("<code>77a2</code>"), "{html}");
        assert_eq!(html.contains("may have been saved"), status == 500);
        assert_eq!(html.matches("<h1").count(), 1);
    }
}
