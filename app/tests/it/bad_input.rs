//! Addresses that nobody was given: a page says that there is nothing, and is no failure of ours.

use anyhow::Result;
use usher_company::ADMINISTRATOR;
use usher_testkit::World;

use crate::browser::Browser;

/// A cursor of the microsecond -8000000000000000000, long before the database's first.
const BEFORE_ALL: &str =
    "LTgwMDAwMDAwMDAwMDAwMDAwMDB8MDE4OTAwMDAtMDAwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAw";
/// A cursor with a NUL in a name.
const WITH_NUL: &str = "YQBiCjAxODkwMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMA";

#[tokio::test]
async fn no_query_breaks_a_page() -> Result<()> {
    let world = World::open().await?;
    let me = Browser::open(&world, ADMINISTRATOR).await?;
    let long = "a".repeat(60_000);
    let values =
        ["%00", "a%00b", "%FF", "-9999-01-01", "9223372036854775808", BEFORE_ALL, WITH_NUL, &long];
    let pages = [
        ("/people", ["q", "cursor"].as_slice()),
        ("/search", &["q"]),
        ("/search/palette", &["q"]),
        ("/access/request", &["q", "items", "for", "duration", "starts_at"]),
        ("/audit", &["action", "person", "correlation", "from", "until", "cursor"]),
        ("/requests", &["cursor"]),
        ("/work-items", &["cursor", "state"]),
        ("/tasks", &["cursor"]),
    ];
    for (path, names) in pages {
        assert_eq!(me.get(path).await?.status, 200, "{path}");
        for (name, value) in names.iter().flat_map(|name| values.map(|value| (name, value))) {
            let answer = me.get(&format!("{path}?{name}={value}")).await?;
            let what = value.get(..20).unwrap_or(value);
            assert!(answer.status < 500, "{path}?{name}={what}: {}", answer.status);
        }
    }
    Ok(())
}
