//! What the database cannot keep is a mistake in what was sent, and no outage: nobody is told to send it again.

use chrono::TimeDelta;
use usher_operations::{Caller, Fault, token};
use usher_testkit::World;
use usher_vocabulary::TokenScope;

#[tokio::test]
async fn a_nul_is_refused_for_good() {
    let world = World::open().await.unwrap();
    let operator = Caller::operator("test".to_owned(), world.cx.id());
    let made = token::create(
        &world.cx,
        &operator,
        "ines\0@harbourline.example",
        TokenScope::Read,
        TimeDelta::days(1),
    )
    .await;
    assert!(matches!(made, Err(Fault::Unkeepable)), "{made:?}");
}
