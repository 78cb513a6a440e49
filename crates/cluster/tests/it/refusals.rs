//! Each refusal says what to do.

use usher_cluster::{Cluster, ClusterError, ClusterOptions};

use crate::world::World;

#[tokio::test]
async fn a_long_socket_path_is_refused_before_anything_is_made() {
    let world = World::new();
    let options = ClusterOptions { socket_dir: world.path(&"deep/".repeat(20)), ..world.options() };
    let error = Cluster::start(options).await.unwrap_err();
    assert!(matches!(error, ClusterError::SocketPathTooLong { length: 101.., .. }), "{error}");
    assert!(error.to_string().contains("more than 100: choose a shorter socket folder"), "{error}");
    assert!(!world.path("data").exists());
}

#[tokio::test]
async fn another_major_version_is_named() {
    let world = World::new();
    Cluster::start(world.options()).await.unwrap().stop().await;
    std::fs::write(world.path("data/PG_VERSION"), "9.6\n").unwrap();
    let error = Cluster::start(world.options()).await.unwrap_err();
    assert!(
        matches!(&error, ClusterError::OtherMajorVersion { found, .. } if found == "9.6"),
        "{error}"
    );
    assert!(error.to_string().contains("was made by PostgreSQL 9.6"), "{error}");
}

#[tokio::test]
async fn a_folder_of_something_else_is_left_alone() {
    let world = World::new();
    std::fs::create_dir(world.path("data")).unwrap();
    std::fs::write(world.path("data/thesis.txt"), "years of work").unwrap();
    let error = Cluster::start(world.options()).await.unwrap_err();
    assert!(matches!(error, ClusterError::NotACluster(_)), "{error}");
    assert_eq!(std::fs::read_to_string(world.path("data/thesis.txt")).unwrap(), "years of work");
}

#[tokio::test]
async fn a_missing_password_is_named() {
    let world = World::new();
    Cluster::start(world.options()).await.unwrap().stop().await;
    std::fs::remove_file(world.path("data.password")).unwrap();
    let error = Cluster::start(world.options()).await.unwrap_err();
    assert!(matches!(error, ClusterError::PasswordMissing(_)), "{error}");
}

#[tokio::test]
async fn the_last_words_of_a_server_that_ends_are_passed_on() {
    let world = World::new();
    Cluster::start(world.options()).await.unwrap().stop().await;
    std::fs::remove_file(world.path("data/global/pg_control")).unwrap();
    let error = Cluster::start(world.options()).await.unwrap_err();
    assert!(matches!(error, ClusterError::EndedWhileStarting { .. }), "{error}");
    assert!(error.to_string().contains("could not"), "{error}");
}
