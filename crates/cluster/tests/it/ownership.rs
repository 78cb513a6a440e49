//! One owner at a time, nobody else gets in, nothing stays behind.

use nix::sys::signal::kill;
use nix::unistd::Pid;
use secrecy::SecretString;
use usher_cluster::{Address, Cluster, ClusterError};

use crate::world::{World, ask, mode};

fn lives(pid: u32) -> bool {
    kill(Pid::from_raw(i32::try_from(pid).unwrap()), None).is_ok()
}

#[tokio::test]
async fn a_second_start_on_the_same_folder_is_refused() {
    let world = World::new();
    let cluster = Cluster::start(world.options()).await.unwrap();
    let error = Cluster::start(world.options()).await.unwrap_err();
    assert!(matches!(error, ClusterError::InUse(_)), "{error}");
    assert!(error.to_string().contains("in use by another process"), "{error}");
    assert_eq!(ask(cluster.address(), "select 1").unwrap(), "1", "the first one goes on");
    cluster.stop().await;
}

#[tokio::test]
async fn folders_and_files_are_private_and_the_server_is_not_root() {
    let world = World::new();
    let cluster = Cluster::start(world.options()).await.unwrap();
    assert_eq!(mode(&world.path("data")), 0o700);
    assert_eq!(mode(&world.path("s")), 0o700);
    assert_eq!(mode(&world.path("data.password")), 0o600);
    assert_eq!(mode(&world.path("data.lock")), 0o600);
    assert_eq!(mode(&world.path("s/.s.PGSQL.5432")), 0o700);
    assert_eq!(ask(cluster.address(), "show listen_addresses").unwrap(), "");
    let status =
        std::fs::read_to_string(format!("/proc/{}/status", cluster.process_id().unwrap())).unwrap();
    let uids = status.lines().find(|line| line.starts_with("Uid:")).unwrap();
    assert!(uids.split_whitespace().skip(1).all(|uid| uid != "0"), "{uids}");
    cluster.stop().await;
}

#[tokio::test]
async fn a_wrong_password_does_not_open_the_socket() {
    let world = World::new();
    let cluster = Cluster::start(world.options()).await.unwrap();
    let wrong = Address { password: SecretString::from("guess"), ..cluster.address().clone() };
    let error = ask(&wrong, "select 1").unwrap_err();
    assert!(error.contains("password authentication failed"), "{error}");
    let rules = "select count(*) from pg_hba_file_rules where auth_method <> 'scram-sha-256'";
    assert_eq!(ask(cluster.address(), rules).unwrap(), "0");
    cluster.stop().await;
}

#[tokio::test]
async fn dropping_leaves_no_server_behind() {
    let world = World::new();
    let cluster = Cluster::start(world.options()).await.unwrap();
    let pid = cluster.process_id().unwrap();
    drop(cluster);
    assert!(!lives(pid));
}

#[tokio::test]
async fn stopping_waits_for_the_end() {
    let world = World::new();
    let cluster = Cluster::start(world.options()).await.unwrap();
    let pid = cluster.process_id().unwrap();
    cluster.stop().await;
    assert!(!lives(pid));
    assert!(!world.path("data/postmaster.pid").exists());
}

#[tokio::test]
async fn a_shared_cluster_is_started_once_and_found_again() {
    let world = World::new();
    let (first, second) =
        tokio::join!(Cluster::shared(world.options()), Cluster::shared(world.options()));
    ask(&first.unwrap(), "create table kept ()").unwrap();
    let third = Cluster::shared(world.options()).await.unwrap();
    assert_eq!(ask(&second.unwrap(), "select count(*) from kept").unwrap(), "0");
    assert_eq!(ask(&third, "select count(*) from kept").unwrap(), "0");

    Cluster::stop_shared(world.options()).await.unwrap();
    assert!(ask(&third, "select 1").is_err());
    Cluster::stop_shared(world.options()).await.unwrap();
}
