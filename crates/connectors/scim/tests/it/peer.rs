//! The connector against scim2-server, a SCIM server written by others.
//!
//! The test installs it from PyPI into target/peers/scim2 when it is not there.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use usher_connector::conformance::{IndependentAccount, IndependentRead, World, conforms};
use usher_connector::{AccountKey, Connector as _, Grant};
use usher_connector_scim::ScimConnector;

use crate::world::{Keys, TOKEN, group, settings};

const PACKAGE: &str = "scim2-server[cursor]==0.8.3";

/// How often and how long the start is awaited.
const START_TRIES: u32 = 150;
const START_PAUSE: Duration = Duration::from_millis(100);

struct Peer {
    process: Child,
    base_url: String,
    http: reqwest::Client,
    grants: [Grant; 2],
    keys: Keys,
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The installed server.
fn binary() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../target/peers");
    fs::create_dir_all(&folder).unwrap();
    let lock = File::create(folder.join("scim2.lock")).unwrap();
    lock.lock().unwrap();
    let venv = folder.join("scim2");
    let binary = venv.join("bin/scim2-server");
    if !binary.exists() {
        let install = |program: &Path, arguments: &[&str]| {
            let status = Command::new(program).args(arguments).stdout(Stdio::null()).status();
            let status = status.unwrap();
            assert!(status.success(), "{} {arguments:?} failed: {status}", program.display());
        };
        install(Path::new("python3"), &["-m", "venv", venv.to_str().unwrap()]);
        install(&venv.join("bin/pip"), &["install", "--quiet", PACKAGE]);
    }
    binary
}

impl Peer {
    async fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = Command::new(binary())
            .args(["--hostname", "127.0.0.1", "--port", &port.to_string()])
            .args(["--bearer-token", TOKEN])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let base_url = format!("http://127.0.0.1:{port}");
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let grants = ["", ""].map(|unknown| group(unknown.to_owned()));
        let mut peer = Self { process, base_url, http, grants, keys: Keys::default() };
        peer.await_start().await;
        for (position, name) in ["staff", "admins"].into_iter().enumerate() {
            let schema = "urn:ietf:params:scim:schemas:core:2.0:Group";
            let body = json!({"schemas": [schema], "displayName": name});
            let made = peer.post("Groups", body).await;
            peer.grants[position] = group(made["id"].as_str().unwrap().to_owned());
        }
        peer
    }

    async fn await_start(&mut self) {
        for _ in 0..START_TRIES {
            let url = format!("{}/ServiceProviderConfig", self.base_url);
            let answer = self.http.get(url).bearer_auth(TOKEN).send().await;
            if answer.is_ok_and(|answer| answer.status() == 200) {
                return;
            }
            assert_eq!(self.process.try_wait().unwrap(), None, "the peer ended at its start");
            tokio::time::sleep(START_PAUSE).await;
        }
        panic!("the peer does not answer");
    }

    async fn post(&self, endpoint: &str, body: Value) -> Value {
        let post = self.http.post(format!("{}/{endpoint}", self.base_url)).bearer_auth(TOKEN);
        let post = post.header("Content-Type", "application/scim+json").body(body.to_string());
        let answer = post.send().await.unwrap();
        assert_eq!(answer.status(), 201, "{body}");
        answer.json().await.unwrap()
    }

    async fn all(&self, endpoint: &str) -> Vec<Value> {
        let url = format!("{}/{endpoint}?count=1000", self.base_url);
        let answer = self.http.get(url).bearer_auth(TOKEN).send().await.unwrap();
        let list: Value = answer.json().await.unwrap();
        list["Resources"].as_array().cloned().unwrap_or_default()
    }
}

#[async_trait::async_trait]
impl World for Peer {
    fn fresh_key(&self, stem: &str) -> AccountKey {
        self.keys.next(stem)
    }

    fn grants(&self) -> [Grant; 2] {
        self.grants.clone()
    }

    async fn independent_read(&self, key: &AccountKey) -> IndependentRead {
        let mut users = self.all("Users").await;
        users.retain(|user| {
            let name = user["userName"].as_str().unwrap_or_default();
            name.to_lowercase() == key.user_name.to_lowercase()
        });
        let count = users.len();
        let Some(user) = users.pop() else { return IndependentRead::Absent };
        let holds = |held: &Value| {
            let members = held["members"].as_array();
            members.is_some_and(|members| members.iter().any(|m| m["value"] == user["id"]))
        };
        let groups = self.all("Groups").await;
        let held = groups.iter().filter(|held| holds(held));
        IndependentRead::Present(IndependentAccount {
            count,
            external_id: user["externalId"].as_str().map(str::to_owned),
            active: user["active"] != false,
            grants: held.map(|held| group(held["id"].as_str().unwrap().to_owned())).collect(),
        })
    }

    async fn plant_foreign(&self, user_name: &str) -> bool {
        let schema = "urn:ietf:params:scim:schemas:core:2.0:User";
        let body = json!({
            "schemas": [schema], "userName": user_name, "externalId": "somebody-else",
        });
        self.post("Users", body).await;
        true
    }
}

#[tokio::test]
async fn scim2_server_through_the_connector() {
    let peer = Peer::start().await;
    let connector = ScimConnector::new(settings(&peer.base_url, Duration::from_secs(5))).unwrap();
    conforms(&connector, &peer, 0).await.unwrap();

    let words = connector.test().await.unwrap();
    assert!(words.contains("supports what this connector needs"), "{words}");
    let listed = connector.list(None).await.unwrap();
    assert_eq!(listed.accounts.len(), peer.all("Users").await.len());
}
