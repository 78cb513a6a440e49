//! A server that ends without being told to comes back.

use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use usher_cluster::{Address, ClusterOptions, KeptCluster};

use crate::world::{World, ask};

/// Longer than any of this may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "not within {PATIENCE:?}: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn answers(address: &Address) -> bool {
    ask(address, "select n from kept").is_ok_and(|n| n == "42")
}

fn kill_server(world: &World) {
    let file = std::fs::read_to_string(world.path("data/postmaster.pid")).unwrap();
    let pid = file.lines().next().unwrap().parse().unwrap();
    kill(Pid::from_raw(pid), Signal::SIGKILL).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_ends_by_itself_is_started_until_it_runs_again() {
    let world = World::new();
    let options = ClusterOptions { durable: true, ..world.options() };
    let cluster = KeptCluster::start(options).await.unwrap();
    let address = cluster.address().clone();
    ask(&address, "create table kept (n int); insert into kept values (42)").unwrap();

    kill_server(&world);
    until("it is back", || answers(&address)).await;

    // What it needs is out of reach: it cannot start.
    let (control, aside) = (world.path("data/global/pg_control"), world.path("aside"));
    std::fs::rename(&control, &aside).unwrap();
    kill_server(&world);
    let log = world.path("data/start.log");
    let complains = || std::fs::read_to_string(&log).is_ok_and(|text| text.contains("pg_control"));
    until("a start failed", complains).await;
    assert!(!answers(&address));
    std::fs::rename(&aside, &control).unwrap();
    until("it is back once more", || answers(&address)).await;

    std::fs::rename(&control, &aside).unwrap();
    kill_server(&world);
    until("it is gone", || !answers(&address)).await;
    // Also between two tries.
    let stopped = tokio::time::timeout(PATIENCE, cluster.stop()).await;
    assert!(stopped.is_ok());
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_stays_away() {
    let world = World::new();
    let cluster = KeptCluster::start(world.options()).await.unwrap();
    let address = cluster.address().clone();
    assert_eq!(ask(&address, "select 42").unwrap(), "42");
    cluster.stop().await;
    assert!(ask(&address, "select 42").is_err());
    assert!(!world.path("data/postmaster.pid").exists(), "it was stopped, not killed");
}
