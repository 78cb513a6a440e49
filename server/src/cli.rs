//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use secrecy::SecretString;

/// User provisioning and access governance: from asking to verified, and until it is gone.
#[derive(Debug, Parser)]
#[command(name = "usher", version)]
pub(crate) struct Cli {
    /// File of values, in TOML; `usher.toml` in the folder of the process when it is there.
    #[arg(long, env = "USHER_CONFIG", value_name = "FILE", global = true)]
    pub(crate) config: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) telemetry: Telemetry,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What the process tells about itself.
#[derive(Debug, Clone, Args)]
pub(crate) struct Telemetry {
    /// What is logged, for example `info` or `usher_engine=debug`.
    #[arg(long, env = "USHER_LOG", default_value = "info,sqlx=warn", global = true)]
    pub(crate) log: String,
    /// How a log line is written.
    #[arg(long, env = "USHER_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text, global = true)]
    pub(crate) log_format: LogFormat,
    /// Address of a collector that takes OTLP over HTTP, such as http://127.0.0.1:4318; without it no spans are sent
    #[arg(long, env = "USHER_OTLP_ENDPOINT", value_name = "URL", global = true)]
    pub(crate) otlp_endpoint: Option<url::Url>,
}

/// For people, or for machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the web application, and work unless --no-work.
    Serve(Box<Serve>),
    /// Work on the queue without serving anything.
    Work(Work),
    /// Bring a database to the schema of this release.
    Migrate(Database),
    /// Open the demonstration company on its own Postgres.
    #[cfg(feature = "demo")]
    Demo(crate::demo::Demo),
    /// Bearer tokens of the API.
    #[command(subcommand)]
    Token(Token),
    /// Administrators.
    #[command(subcommand)]
    Admin(Admin),
    /// Bring in what other systems know.
    #[command(subcommand)]
    Import(Import),
    /// Connectors to the systems that accounts live on.
    #[command(subcommand)]
    Connector(crate::commands::connector::Connectors),
    /// Print the description of the API (OpenAPI 3.1).
    Openapi,
    /// Say whether everything that serve needs is there.
    Doctor(Box<Serve>),
}

/// Where the database is.
#[derive(Debug, Clone, Args)]
pub(crate) struct Database {
    /// `postgres://` address. Without it, commands look for the running demonstration.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub(crate) database_url: Option<SecretString>,
}

/// How work is done.
#[derive(Debug, Clone, Args)]
pub(crate) struct Engine {
    /// Jobs at the same time.
    #[arg(long, env = "USHER_SLOTS", default_value_t = 16)]
    pub(crate) slots: usize,
    /// Jobs at the same time that take access away; nothing else uses these.
    #[arg(long, env = "USHER_URGENT_SLOTS", default_value_t = 8)]
    pub(crate) urgent_slots: usize,
    /// Folder that `file:` references to secrets are resolved in.
    #[arg(long, env = "USHER_SECRETS_FOLDER")]
    pub(crate) secrets_folder: Option<PathBuf>,
    /// Folder below which the drop folders of files connectors lie; without it there are none.
    #[arg(long, env = "USHER_FILES_ROOT")]
    pub(crate) files_root: Option<PathBuf>,
    /// Folder in or below which the unix sockets of databases that are targets lie; without it they are
    /// reached over the network only.
    #[arg(long, env = "USHER_SOCKETS_ROOT")]
    pub(crate) sockets_root: Option<PathBuf>,
    /// Where links in mail point to.
    #[arg(long, env = "USHER_BASE_URL", default_value = "http://127.0.0.1:3000")]
    pub(crate) base_url: String,
    /// Folder that mail is written to while no mail server is configured.
    #[arg(long, env = "USHER_MAIL_FOLDER", default_value = "mail")]
    pub(crate) mail_folder: PathBuf,
    /// Mail server; without it mail is written to the folder.
    #[arg(long, env = "USHER_SMTP_HOST")]
    pub(crate) smtp_host: Option<String>,
    /// Port of the mail server.
    #[arg(long, env = "USHER_SMTP_PORT", default_value_t = 587)]
    pub(crate) smtp_port: u16,
    /// How the connection to the mail server is protected.
    #[arg(long, env = "USHER_SMTP_SECURITY", value_enum, default_value_t = SmtpSecurity::StartTls)]
    pub(crate) smtp_security: SmtpSecurity,
    /// User name at the mail server.
    #[arg(long, env = "USHER_SMTP_USER")]
    pub(crate) smtp_user: Option<String>,
    /// Reference to the password at the mail server: `env:USHER_SECRET_NAME` or `file:NAME`.
    #[arg(long, env = "USHER_SMTP_PASSWORD")]
    pub(crate) smtp_password: Option<String>,
    /// Sender of every mail.
    #[arg(long, env = "USHER_MAIL_FROM", default_value = "Usher <usher@localhost>")]
    pub(crate) mail_from: String,
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SmtpSecurity {
    None,
    StartTls,
    Tls,
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) database: Database,
    #[command(flatten)]
    pub(crate) engine: Engine,
    #[command(flatten)]
    pub(crate) sign_in: crate::login::SignIn,
    /// Address to serve on.
    #[arg(long, env = "USHER_LISTEN", default_value = "127.0.0.1:3000")]
    pub(crate) listen: SocketAddr,
    /// Somebody in front of this process speaks TLS.
    #[arg(
        long,
        env = "USHER_BEHIND_TLS",
        action = ArgAction::Set,
        num_args = 0..=1,
        require_equals = true,
        default_value_t = false,
        default_missing_value = "true",
        value_parser = BoolishValueParser::new()
    )]
    pub(crate) behind_tls: bool,
    /// Serve only; `usher work` does the work.
    #[arg(
        long,
        env = "USHER_NO_WORK",
        action = ArgAction::Set,
        num_args = 0..=1,
        require_equals = true,
        default_value_t = false,
        default_missing_value = "true",
        value_parser = BoolishValueParser::new()
    )]
    pub(crate) no_work: bool,
    #[command(flatten)]
    pub(crate) metrics: Metrics,
}

#[derive(Debug, Args)]
pub(crate) struct Work {
    #[command(flatten)]
    pub(crate) database: Database,
    #[command(flatten)]
    pub(crate) engine: Engine,
    #[command(flatten)]
    pub(crate) metrics: Metrics,
}

/// Where counters are read.
#[derive(Debug, Clone, Args)]
pub(crate) struct Metrics {
    /// Address on which Prometheus reads /metrics; whoever reaches it reads it. Without it nobody does.
    #[arg(long, env = "USHER_METRICS_LISTEN", value_name = "ADDRESS")]
    pub(crate) metrics_listen: Option<SocketAddr>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Make a token for a person; it is shown once.
    Create {
        #[command(flatten)]
        database: Database,
        /// Address of the person.
        #[arg(long = "as")]
        email: String,
        /// Every token reads what its person may see. `request` also asks, withdraws, answers, reminds and
        /// gives back; `admin` tries jobs again, looks after connectors and imports people; `decide` decides,
        /// in the demonstration only. None of them includes another.
        #[arg(long, default_value = "read")]
        scope: String,
        /// Days until it expires.
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=366))]
        days: u16,
    },
    /// List tokens.
    List {
        #[command(flatten)]
        database: Database,
    },
    /// Revoke a token at once.
    Revoke {
        #[command(flatten)]
        database: Database,
        id: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Admin {
    /// Make a person an administrator.
    Grant {
        #[command(flatten)]
        database: Database,
        email: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// Compare a file of people with the directory, and apply it as a whole or not at all.
    ///
    /// Ends with 0 when the file is applied or there is nothing to do, with 2 when it or a part of it is
    /// refused or held, with 1 when something else failed.
    People(ImportPeople),
}

#[derive(Debug, Args)]
pub(crate) struct ImportPeople {
    #[command(flatten)]
    pub(crate) database: Database,
    /// The file: comma, semicolon or tab, UTF-8; the first line names the columns.
    pub(crate) file: PathBuf,
    /// Whose word the file is; whoever is missing is missed by this source.
    #[arg(long, default_value = usher_operations::import::SOURCE)]
    pub(crate) source: String,
    /// A column with another name, and its field; `COLUMN=-` leaves the column out.
    #[arg(long, value_name = "COLUMN=FIELD")]
    pub(crate) map: Vec<String>,
    /// For people whose zone neither the file nor the directory knows.
    #[arg(long, default_value = "UTC")]
    pub(crate) time_zone: String,
    /// Only say what the file would do.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Leave out the rows that cannot be taken; otherwise they stop the file.
    #[arg(long)]
    pub(crate) skip_bad_rows: bool,
    /// Why what is held is released; it stands in the record with your name.
    #[arg(long, value_name = "REASON", conflicts_with = "dry_run")]
    pub(crate) release: Option<String>,
    /// Percentage of the active people of the source from which on a file is held; kept for the source.
    #[arg(
        long,
        value_name = "PERCENT",
        value_parser = clap::value_parser!(u8).range(1..=100),
        conflicts_with = "dry_run"
    )]
    pub(crate) brake: Option<u8>,
    /// Say everything; otherwise the first 200 lines.
    #[arg(long)]
    pub(crate) all: bool,
}
