//! Root is given up for good. The drop happens in a child process, since this one needs to go on as it is.

use std::process::Command;

use nix::unistd::{Uid, geteuid, setuid};
use usher_cluster::identity::{IdentityError, SYSTEM_USER, data_home, drop_to, socket_home};

#[test]
fn root_is_not_a_user_to_drop_to() {
    let refused = ["root", "", "-r", "us her", "a\0b"]
        .map(|user| matches!(drop_to(user), Err(IdentityError::NotAllowed(_))));
    assert_eq!(refused, [geteuid().is_root(); 5]);
}

#[test]
fn a_process_of_root_becomes_the_system_user_for_good() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "identity::child_that_drops", "--ignored", "--nocapture"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
#[ignore = "run by a_process_of_root_becomes_the_system_user_for_good, in a process of its own"]
fn child_that_drops() {
    let was_root = geteuid().is_root();
    drop_to(SYSTEM_USER).unwrap();
    assert!(!geteuid().is_root());
    assert!(setuid(Uid::from_raw(0)).is_err());
    if was_root {
        assert_eq!(data_home().to_str(), Some("/var/lib/usher"));
        assert_eq!(socket_home().to_str(), Some("/run/usher"));
        std::fs::write("/var/lib/usher/.probe", "").unwrap();
        std::fs::remove_file("/var/lib/usher/.probe").unwrap();
        assert_eq!(crate::world::mode(&data_home()), 0o700);
        assert_eq!(crate::world::mode(&socket_home()), 0o755);
    }
}
