//! The migrations are embedded: a new file must rebuild this crate.
fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
