//! Every account, page by page.

use std::collections::BTreeSet;

use usher_connector::Connector as _;

use crate::world::{PROVISIONER, RolesWorld, verdict};

#[tokio::test]
async fn pages_go_by_name_and_nobody_is_missed_or_met_twice() {
    let world = RolesWorld::start().await;
    world.server.psql(
        "select format('create role %I login', 'p' || to_char(n, 'FM000')) from generate_series(1, 230) n \\gexec
         create role locked_out; comment on role locked_out is 'usher:9';
         create role just_a_group;",
    );
    let ann = world.existing("Ann").await;
    let first = world.connector.list(None).await.unwrap();
    assert_eq!(first.accounts.len(), 100);
    // Who is on a page already leaves, and somebody comes before it: nothing shifts.
    world.server.psql("drop role p001; create role a_new_one login;");
    let second = world.connector.list(first.next.clone()).await.unwrap();
    world.server.psql("drop role p230;");
    let third = world.connector.list(second.next.clone()).await.unwrap();
    assert_eq!(third.next, None);

    let pages = [first, second, third];
    let names: Vec<&str> =
        pages.iter().flat_map(|page| &page.accounts).map(|a| a.native_id.as_str()).collect();
    let once: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(once.len(), names.len(), "somebody is met twice");
    for number in 2..=229 {
        assert!(once.contains(format!("p{number:03}").as_str()), "p{number:03} is missed");
    }
    for there in [ann.native_id.as_deref().unwrap(), "locked_out", PROVISIONER] {
        assert!(once.contains(there), "{there}");
    }
    for not_there in ["just_a_group", "reporting_reader", "pg_signal_backend", "p230"] {
        assert!(!once.contains(not_there), "{not_there}");
    }
    let all = pages.iter().flat_map(|page| &page.accounts);
    let ours: Vec<_> = all.filter_map(|account| account.external_id.as_deref()).collect();
    assert_eq!(ours, [ann.external_id.as_str(), "9"], "others carry no mark");
    assert_eq!(verdict(world.connector.list(Some("a\0b".to_owned())).await).0, "reject");
}
