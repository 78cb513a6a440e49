//! What was committed is there again after every way to stop.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use usher_cluster::{Address, Cluster, ClusterOptions, find_binaries};

use crate::world::{World, ask};

fn table_with_a_row(address: &Address) {
    ask(address, "create table kept (n int); insert into kept values (42)").unwrap();
}

#[tokio::test]
async fn starts_empty_and_a_restart_keeps_the_data() {
    let world = World::new();
    let cluster = Cluster::start(world.options()).await.unwrap();
    let tables = "select count(*) from pg_tables where schemaname = 'public'";
    assert_eq!(ask(cluster.address(), tables).unwrap(), "0");
    table_with_a_row(cluster.address());
    cluster.stop().await;

    let cluster = Cluster::start(world.options()).await.unwrap();
    assert_eq!(ask(cluster.address(), "select n from kept").unwrap(), "42");
    cluster.stop().await;
    let log = std::fs::read_dir(world.path("data/log"))
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .next()
        .unwrap();
    let log = std::fs::read_to_string(log).unwrap();
    assert!(!log.contains("was interrupted"), "a clean stop needs no recovery: {log}");
}

#[tokio::test]
async fn a_killed_server_comes_back_with_what_was_committed() {
    let world = World::new();
    let options = ClusterOptions { durable: true, ..world.options() };
    let mut cluster = Cluster::start(options.clone()).await.unwrap();
    table_with_a_row(cluster.address());
    // A client in the middle of a long statement keeps a backend and the shared memory of the dead server alive.
    let address = cluster.address().clone();
    let client = std::thread::spawn(move || ask(&address, "select pg_sleep(60)"));
    while ask(
        cluster.address(),
        "select count(*) from pg_stat_activity where query like '%pg_sleep(60)'",
    )
    .unwrap()
        == "0"
    {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let pid = i32::try_from(cluster.process_id().unwrap()).unwrap();
    kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap();
    while cluster.is_running() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    drop(cluster);

    let cluster = Cluster::start(options).await.unwrap();
    assert_eq!(ask(cluster.address(), "select n from kept").unwrap(), "42");
    assert!(client.join().unwrap().is_err());
    cluster.stop().await;
}

#[tokio::test]
async fn a_server_without_an_owner_is_stopped_and_started_again() {
    let world = World::new();
    let cluster = Cluster::start(world.options()).await.unwrap();
    let before = cluster.process_id().unwrap();
    let address = cluster.leave_running();
    table_with_a_row(&address);

    let cluster = Cluster::start(world.options()).await.unwrap();
    assert_ne!(cluster.process_id().unwrap(), before);
    assert_eq!(ask(cluster.address(), "select n from kept").unwrap(), "42");
    cluster.stop().await;
}

#[tokio::test]
async fn a_pid_file_that_names_a_stranger_is_no_obstacle() {
    let world = World::new();
    Cluster::start(world.options()).await.unwrap().stop().await;
    let stranger = std::process::id();
    let data = world.path("data");
    let text = format!(
        "{stranger}\n{}\n1700000000\n5432\n{}\n\n 1 1\nready   \n",
        data.display(),
        world.path("s").display()
    );
    std::fs::write(data.join("postmaster.pid"), text).unwrap();

    let cluster = Cluster::start(world.options()).await.unwrap();
    assert_eq!(ask(cluster.address(), "select 1").unwrap(), "1");
    cluster.stop().await;
}

#[tokio::test]
async fn a_kill_while_the_folder_was_made_leaves_no_trace() {
    let world = World::new();
    std::fs::create_dir(world.path("data.new")).unwrap();
    std::fs::write(world.path("data.new/PG_VERSION"), "half").unwrap();
    std::fs::write(world.path("data.password"), "of nobody").unwrap();

    let cluster = Cluster::start(world.options()).await.unwrap();
    assert_eq!(ask(cluster.address(), "select 1").unwrap(), "1");
    assert!(!world.path("data.new").exists());
    cluster.stop().await;
}

#[tokio::test]
async fn durable_means_that_every_guard_is_on() {
    let world = World::new();
    let options = ClusterOptions { durable: true, ..world.options() };
    let cluster = Cluster::start(options).await.unwrap();
    for setting in ["fsync", "synchronous_commit", "full_page_writes", "data_checksums"] {
        assert_eq!(ask(cluster.address(), &format!("show {setting}")).unwrap(), "on", "{setting}");
    }
    cluster.stop().await;
}

#[tokio::test]
async fn a_cluster_for_tests_does_not_wait_for_the_disk() {
    let world = World::new();
    let cluster = Cluster::start(world.options()).await.unwrap();
    assert_eq!(ask(cluster.address(), "show fsync").unwrap(), "off");
    assert_eq!(ask(cluster.address(), "show data_checksums").unwrap(), "on");
    assert_eq!(ask(cluster.address(), "show max_connections").unwrap(), "20");
    assert_eq!(
        ask(cluster.address(), "select lower('İPEK ÖZ') = 'i̇pek öz' or lower('ÖZ') = 'öz'")
            .unwrap(),
        "t"
    );
    let version = ask(cluster.address(), "show server_version_num").unwrap();
    assert!(version.starts_with(&find_binaries().unwrap().major().to_string()));
    cluster.stop().await;
}

#[tokio::test]
async fn kills_in_a_row_each_keep_what_was_committed() {
    let world = World::new();
    let options = ClusterOptions { durable: true, ..world.options() };
    let mut cluster = Cluster::start(options.clone()).await.unwrap();
    ask(cluster.address(), "create table kept (n int)").unwrap();
    for round in 1..=5 {
        ask(cluster.address(), &format!("insert into kept values ({round})")).unwrap();
        let pid = i32::try_from(cluster.process_id().unwrap()).unwrap();
        kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap();
        drop(cluster);
        cluster = Cluster::start(options.clone()).await.unwrap();
        assert_eq!(ask(cluster.address(), "select count(*) from kept").unwrap(), round.to_string());
    }
    cluster.stop().await;
}
