//! A server of its own, a credential on it that may make roles, and a connector with that credential.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use usher_cluster::{Address, Cluster, ClusterOptions, find_binaries};
use usher_connector::conformance::{IndependentAccount, IndependentRead, World};
use usher_connector::{
    AccountKey, AccountProfile, Applied, Cause, Change, Connector as _, ConnectorError, Grant,
    ObservedAccount,
};
use usher_connector_sql::{SqlConnector, SqlSecrets, SqlSettings};

/// The credential of the connector, and its password.
pub(crate) const PROVISIONER: &str = "usher_provisioner";
pub(crate) const PASSWORD: &str = "a b'c\\d";

/// Group roles of every server; the second would end a careless quotation.
pub(crate) const READER: &str = "reporting_reader";
pub(crate) const ODD: &str = "Writer \"W\"; Ünï 'x";

const SET_UP: &str = r#"
    create role usher_provisioner login createrole password E'a b''c\\d';
    grant pg_signal_backend to usher_provisioner;
    create role reporting_reader;
    create role "Writer ""W""; Ünï 'x";
    grant reporting_reader, "Writer ""W""; Ünï 'x" to usher_provisioner with admin option;
"#;

/// One server in a folder of its own. Both end with it.
pub(crate) struct Server {
    pub(crate) folder: PathBuf,
    pub(crate) address: Address,
    cluster: Option<Cluster>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // Short, because the path of a socket has to be; every user may enter it, because the server of
        // root is somebody else.
        let folder = PathBuf::from(format!("/tmp/usql-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let cluster = Cluster::start(options(&folder)).await.unwrap();
        let address = cluster.address().clone();
        Self { folder, address, cluster: Some(cluster) }
    }

    pub(crate) async fn stop(&mut self) {
        self.cluster.take().unwrap().stop().await;
    }

    pub(crate) async fn start_again(&mut self) {
        self.cluster = Some(Cluster::start(options(&self.folder)).await.unwrap());
    }

    fn command(&self, url: &str) -> Command {
        let mut command = Command::new(find_binaries().unwrap().program("psql"));
        command
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// What `psql` answers to the superuser; `:'name'` in the statement stands for `name`.
    pub(crate) fn psql_about(&self, name: &str, sql: &str) -> String {
        let mut command = self.command(self.address.url("postgres").expose_secret());
        let mut child = command.arg("-v").arg(format!("name={name}")).spawn().unwrap();
        child.stdin.take().unwrap().write_all(sql.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{sql}: {errors}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    pub(crate) fn psql(&self, sql: &str) -> String {
        self.psql_about("", sql)
    }

    /// From PostgreSQL 16 on, roles are given and taken by those who may, and CREATEROLE alone may not.
    pub(crate) fn has_tamed_createrole(&self) -> bool {
        self.psql("show server_version_num;").parse::<u32>().unwrap() >= 160_000
    }

    /// A session of a role that goes on until it is closed or ended.
    pub(crate) fn session_of(&self, role: &str, password: &str) -> OpenSession {
        let folder = self.address.socket_dir.display();
        let mut command = self.command(&format!("host={folder} dbname=postgres user={role}"));
        let mut child = command.env("PGPASSWORD", password).spawn().unwrap();
        let input = child.stdin.take().unwrap();
        OpenSession { child, input }
    }

    /// A session of the superuser.
    pub(crate) fn session(&self) -> OpenSession {
        self.session_of(&self.address.user, self.address.password.expose_secret())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.cluster.take());
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn options(folder: &std::path::Path) -> ClusterOptions {
    ClusterOptions {
        data_dir: folder.join("data"),
        socket_dir: folder.join("s"),
        durable: false,
        max_connections: 20,
        run_as: None,
    }
}

/// A `psql` that waits for what it is told next.
pub(crate) struct OpenSession {
    child: Child,
    input: ChildStdin,
}

impl OpenSession {
    pub(crate) fn tell(&mut self, sql: &str) {
        writeln!(self.input, "{sql}").unwrap();
    }

    /// Whether it ended by itself within some seconds.
    pub(crate) fn ends(&mut self) -> bool {
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(10) {
            if self.child.try_wait().unwrap().is_some() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for OpenSession {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks until the answer is as expected.
pub(crate) fn wait_for(server: &Server, sql: &str, expected: &str) {
    let began = Instant::now();
    while server.psql(sql) != expected {
        assert!(began.elapsed() < Duration::from_secs(10), "not {expected}: {sql}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub(crate) struct RolesWorld {
    pub(crate) connector: SqlConnector,
    given: AtomicU64,
    pub(crate) server: Server,
}

impl RolesWorld {
    pub(crate) async fn start() -> Self {
        let server = Server::start().await;
        server.psql(SET_UP);
        let connector = connector(&server, &json!({}));
        Self { connector, given: AtomicU64::new(0), server }
    }

    pub(crate) async fn apply(
        &self,
        key: &AccountKey,
        change: &Change,
    ) -> Result<Applied, ConnectorError> {
        self.connector.apply(key, change).await
    }

    pub(crate) async fn read(&self, key: &AccountKey) -> Option<ObservedAccount> {
        self.connector.read(key).await.unwrap()
    }

    /// A new account of ours.
    pub(crate) async fn existing(&self, stem: &str) -> AccountKey {
        let key = self.fresh_key(stem);
        let made = self.apply(&key, &creation()).await.unwrap();
        AccountKey { native_id: made.native_id, ..key }
    }
}

/// A connector to the server's socket, with some settings of its own.
pub(crate) fn connector(server: &Server, other: &Value) -> SqlConnector {
    let mut settings = json!({
        "host": server.address.socket_dir,
        "user": PROVISIONER,
        "password": "file:roles",
    });
    for (name, value) in other.as_object().unwrap() {
        settings[name] = value.clone();
    }
    let password = match settings["user"].as_str().unwrap() {
        PROVISIONER => PASSWORD.into(),
        user if user == server.address.user => server.address.password.clone(),
        _ => "wrong".into(),
    };
    let secrets = SqlSecrets { password, ca_certificate: None };
    let settings =
        SqlSettings::from_value(&settings, secrets, Some(&server.address.socket_dir)).unwrap();
    SqlConnector::new(settings)
}

pub(crate) fn member_of(role: &str) -> Grant {
    Grant { kind: "role".to_owned(), native_id: role.to_owned(), scope: String::new() }
}

pub(crate) fn add(role: &str) -> Change {
    Change::AddGrant { grant: member_of(role) }
}

pub(crate) fn remove(role: &str) -> Change {
    Change::RemoveGrant { grant: member_of(role) }
}

pub(crate) fn creation() -> Change {
    let profile = AccountProfile {
        display_name: "Ann O'Brien".to_owned(),
        given_name: Some("Ann".to_owned()),
        family_name: Some("O'Brien".to_owned()),
        email: Some("ann@example.com".to_owned()),
    };
    Change::CreateAccount { profile }
}

/// The verdict in one word and its cause.
pub(crate) fn verdict<T: std::fmt::Debug>(
    answer: Result<T, ConnectorError>,
) -> (&'static str, Option<Cause>) {
    match answer {
        Ok(_) => ("ok", None),
        Err(ConnectorError::Retry { cause, .. }) => ("retry", Some(cause)),
        Err(ConnectorError::Reject { cause, .. }) => ("reject", Some(cause)),
        Err(ConnectorError::Unknown { cause, .. }) => ("unknown", Some(cause)),
        Err(ConnectorError::AlreadyExists { .. }) => ("exists", None),
    }
}

#[async_trait::async_trait]
impl World for RolesWorld {
    fn fresh_key(&self, stem: &str) -> AccountKey {
        let number = self.given.fetch_add(1, Ordering::Relaxed);
        AccountKey {
            external_id: format!("0193{number:04}"),
            user_name: format!("{stem}-{number}"),
            native_id: None,
        }
    }

    fn grants(&self) -> [Grant; 2] {
        [member_of(READER), member_of(ODD)]
    }

    async fn independent_read(&self, key: &AccountKey) -> IndependentRead {
        if key.user_name.contains('\0') {
            return IndependentRead::Absent;
        }
        let answer = self.server.psql_about(
            &key.user_name,
            "select json_build_object(
                'mark', shobj_description(role.oid, 'pg_authid'),
                'active', role.rolcanlogin,
                'groups', array(
                    select held.rolname from pg_auth_members member
                    join pg_roles held on held.oid = member.roleid where member.member = role.oid
                )
            ) from pg_roles role where role.rolname = :'name';",
        );
        let rows: Vec<Value> =
            answer.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let Some(row) = rows.first() else { return IndependentRead::Absent };
        let groups = row["groups"].as_array().unwrap().iter();
        let grants: BTreeSet<Grant> =
            groups.map(|group| member_of(group.as_str().unwrap())).collect();
        IndependentRead::Present(IndependentAccount {
            count: rows.len(),
            external_id: row["mark"].as_str().map(str::to_owned),
            active: row["active"].as_bool().unwrap(),
            grants,
        })
    }

    async fn plant_foreign(&self, user_name: &str) -> bool {
        self.server.psql_about(
            user_name,
            "create role :\"name\" login; comment on role :\"name\" is 'usher:somebody-else';",
        );
        true
    }
}
