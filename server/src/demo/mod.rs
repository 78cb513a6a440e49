//! The demonstration: an own Postgres, a company, a directory to provision, one click to sign in.
//! It accepts an empty database or one that it marked, and listens on loopback only.

mod database;
mod directory;
mod folder;
mod load;
mod past;
mod secret;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};
use tokio_util::sync::CancellationToken;
use usher_app::{AppState, DemoPerson};
use usher_cluster::{ClusterOptions, KeptCluster, identity};
use usher_company as company;
use usher_operations::{Context, sign_in};
use usher_store::{Store, installation};

use crate::login::Doors;
use crate::telemetry::say;
use crate::{cli, http, stop, wiring};

/// Options of `usher demo`.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    #[command(flatten)]
    database: cli::Database,
    /// Port on loopback; the next free one is taken when it is in use.
    #[arg(long, env = "USHER_DEMO_PORT", default_value_t = 3000)]
    port: u16,
    /// Folder of the demonstration's data.
    #[arg(long, env = "USHER_DEMO_FOLDER")]
    folder: Option<PathBuf>,
    /// Only the twenty people whom everybody knows, on their first day.
    #[arg(long)]
    small: bool,
    /// People in all: beyond two hundred, a load with a history for measurements.
    #[arg(long, default_value_t = 200, conflicts_with = "small")]
    people: usize,
    /// Applications in all, up to 240: beyond twelve as for --people.
    #[arg(long, default_value_t = 12, conflicts_with = "small")]
    applications: usize,
}

/// Every demonstration begins with the same company.
const SEED: u64 = 20_001;

/// Starts the demonstration and stays until it is told to stop.
pub(crate) async fn open(options: Demo) -> Result<()> {
    let stop = stop::on_signal()?;
    let folder = options.folder.clone().unwrap_or_else(|| identity::data_home().join("demo"));
    std::fs::create_dir_all(folder.join("secrets"))
        .with_context(|| format!("cannot make {}", folder.display()))?;
    let sockets = socket_dir(&options)?;
    // Beside each other: most of a start is waiting for the disk.
    let ((url, cluster), roles) = tokio::try_join!(
        database(&options, &folder, &sockets),
        database::Roles::open(&folder, sockets.join("roles"))
    )?;
    let opened = serve(&options, &folder, &url, &roles, stop).await;
    say("Stopping Postgres.");
    tokio::join!(roles.stop(), async {
        if let Some(cluster) = cluster {
            cluster.stop().await;
        }
    });
    opened
}

/// Where both clusters have their sockets. A folder of one's own has sockets of its own, so that several
/// demonstrations can run beside each other.
fn socket_dir(options: &Demo) -> Result<PathBuf> {
    use std::os::unix::fs::DirBuilderExt as _;
    let sockets =
        options.folder.as_ref().map_or_else(identity::socket_home, |folder| folder.join("s"));
    if !sockets.exists() {
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&sockets);
        made.with_context(|| format!("cannot make {}", sockets.display()))?;
    }
    Ok(sockets)
}

/// The database that was given, or a cluster of our own.
async fn database(
    options: &Demo,
    folder: &Path,
    sockets: &Path,
) -> Result<(SecretString, Option<KeptCluster>)> {
    if let Some(url) = &options.database.database_url {
        say("Using the database that DATABASE_URL names.");
        return Ok((url.clone(), None));
    }
    say("Starting Postgres.");
    let cluster = KeptCluster::start(ClusterOptions {
        data_dir: folder.join("postgres"),
        socket_dir: sockets.to_owned(),
        durable: true,
        max_connections: 100,
        run_as: None,
    })
    .await?;
    Store::create_database(&cluster.url("postgres"), "usher").await?;
    let url = cluster.url("usher");
    // Commands of the default demonstration find it here.
    secret::write_private(&folder.join("database-url"), url.expose_secret())?;
    Ok((url, Some(cluster)))
}

async fn serve(
    options: &Demo,
    folder: &Path,
    url: &SecretString,
    roles: &database::Roles,
    stop: CancellationToken,
) -> Result<()> {
    Store::migrate(url).await?;
    let cx = wiring::context(url, "usher demo", 24).await?;
    let clock = Arc::new(company::LivedClock::new(Arc::clone(&cx.clock)));
    let cx = Context { clock: Arc::<company::LivedClock>::clone(&clock), ..cx };
    let directory = directory::open(folder, Arc::clone(&cx.clock))?;
    let files_root = folder.join("files");
    let badges = folder::open(&files_root)?;
    let listener = listen(options.port).await?;
    let address = listener.local_addr()?;
    let engine = cli::Engine {
        slots: 16,
        urgent_slots: 8,
        secrets_folder: Some(folder.join("secrets")),
        files_root: Some(files_root),
        sockets_root: Some(roles.socket_dir().to_owned()),
        base_url: format!("http://{address}"),
        mail_folder: folder.join("mail"),
        smtp_host: None,
        smtp_port: 0,
        smtp_security: cli::SmtpSecurity::None,
        smtp_user: None,
        smtp_password: None,
        mail_from: "Usher <usher@harbourline.example>".to_owned(),
    };
    let is_new = settle_company(&cx, &directory, roles, options, &clock, &engine, &stop).await?;
    let work = tokio::spawn(wiring::work(wiring::engine(&cx, &engine)?, stop.clone()));
    let people = people(&cx).await?;
    announce(address, (&directory, roles, &badges), folder, &people, is_new);
    let state = AppState {
        cx: cx.clone(),
        company: company::COMPANY.to_owned(),
        doors: Arc::default(),
        demo: Some(Arc::new(people)),
    };
    let watch = Some(http::metrics::Watch::start(cx.clone(), stop.clone())?);
    let site =
        http::Site { state, doors: Doors::default(), is_secure: false, is_demo: true, watch };
    http::serve(listener, site, stop).await?;
    work.await?;
    badges.stop().await;
    directory.stop().await;
    cx.store.close().await;
    Ok(())
}

/// Founds the company in an empty database; one that is not the demonstration's is refused.
async fn settle_company(
    cx: &Context,
    directory: &directory::Directory,
    roles: &database::Roles,
    options: &Demo,
    clock: &company::LivedClock,
    engine: &cli::Engine,
    stop: &CancellationToken,
) -> Result<bool> {
    let mut conn = cx.store.conn().await?;
    let found = installation::get(&mut conn).await?;
    drop(conn);
    match found {
        Some(installation) if installation.is_demo => {
            // The directory's port may differ from last time, and the folder may have been moved.
            directory.point_connector(cx).await?;
            roles.point_connector(cx).await?;
            Ok(false)
        }
        Some(_) => bail!(
            "this database belongs to a company: the demonstration takes an empty one or its own"
        ),
        None => {
            let targets = company::Targets {
                directory: directory.as_founded()?,
                sql: Some(roles.as_founded()),
                drop_folder: Some(folder::Folder::as_founded()),
                by_hand: true,
            };
            if options.small {
                let founded = company::found(cx, &targets, company::Mark::Demonstration).await?;
                company::permit_security(cx, &founded).await?;
                return Ok(true);
            }
            // The same ids with every demonstration; sessions and tokens draw theirs elsewhere.
            let cx = Context { random: Arc::new(company::SeededRandom::new(SEED)), ..cx.clone() };
            clock.depart(cx.now() - company::LIVED);
            let founded = company::found(&cx, &targets, company::Mark::Demonstration).await?;
            company::permit_security(&cx, &founded).await?;
            let founded = company::grow(&cx, &founded, &targets.directory, SEED).await?;
            let engine = wiring::engine(&cx, engine)?;
            past::live(&cx, clock, &engine, directory, &founded, stop).await?;
            clock.arrive();
            let size = company::Size { people: options.people, applications: options.applications };
            if size.people > 200 || size.applications > 12 {
                load::load(&cx, &founded, directory, size).await?;
            }
            Ok(true)
        }
    }
}

/// The wanted port, or the next that is free.
async fn listen(wanted: u16) -> Result<tokio::net::TcpListener> {
    for port in wanted..wanted.saturating_add(50) {
        match tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Ok(listener) => return Ok(listener),
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {}
            Err(error) => return Err(error.into()),
        }
    }
    bail!("no port between {wanted} and {} is free", wanted.saturating_add(49))
}

async fn people(cx: &Context) -> Result<Vec<DemoPerson>> {
    let roles = [
        ("employee", company::EMPLOYEE),
        ("manager", company::MANAGER),
        ("owner", company::OWNER),
        ("auditor", company::AUDITOR),
        ("administrator", company::ADMINISTRATOR),
    ];
    let mut people = Vec::new();
    for (role, email) in roles {
        if let Some(brief) = sign_in::by_email(cx, email).await? {
            let title = brief.title.unwrap_or_default();
            people.push(DemoPerson {
                role,
                email: email.to_owned(),
                name: brief.display_name,
                title,
            });
        }
    }
    Ok(people)
}

fn announce(
    address: SocketAddr,
    (directory, roles, badges): (&directory::Directory, &database::Roles, &folder::Folder),
    folder: &Path,
    people: &[DemoPerson],
    is_new: bool,
) {
    say(if is_new { "Harbourline is founded." } else { "Harbourline is open again." });
    say("");
    say(&format!("  Usher              http://{address}"));
    say(&format!(
        "  Staff directory    {}   what Usher provisions, to look at",
        directory.base_url()
    ));
    say(&format!("  Warehouse          {}", roles.psql_command()));
    say(&format!(
        "  Badge files        {}   changes and state of the doors, to look at",
        badges.path().display()
    ));
    say(&format!("  Mail               {}", folder.join("mail").display()));
    say("");
    say("Sign in with one click as");
    for person in people {
        say(&format!("{} {}", person.role, person.email));
    }
    say("");
    say("Ctrl-C stops everything.");
}
