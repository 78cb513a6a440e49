//! What each command does.

pub(crate) mod connector;
mod doctor;
mod import;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use chrono::TimeDelta;
use secrecy::SecretString;
use usher_app::AppState;
use usher_operations::{Caller, Context, sign_in, token};
use usher_store::{Store, installation};
use usher_vocabulary::{AdminRole, CorrelationId, TokenScope};

use crate::cli::{Admin, Command, Database, Import, Serve, Token, Work};
use crate::configuration::Configuration;
use crate::secrets::Secrets;
use crate::telemetry::say;
use crate::{http, stop, wiring};

/// What must be done before any thread exists: the demonstration gives up the rights of root.
///
/// # Errors
/// They cannot be given up.
pub(crate) fn prepare(command: &Command) -> Result<()> {
    #[cfg(feature = "demo")]
    if matches!(command, Command::Demo(_)) {
        usher_cluster::identity::drop_to("usher")?;
    }
    #[cfg(not(feature = "demo"))]
    let _ = command;
    Ok(())
}

/// Runs a command and says with which code the process ends.
pub(crate) fn run(configuration: Configuration) -> Result<ExitCode> {
    let Configuration { cli, values } = configuration;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let done = match cli.command {
            Command::Serve(options) => serve(*options).await,
            Command::Work(options) => work(options).await,
            Command::Migrate(database) => {
                Store::migrate(&address(&database)?).await?;
                say("The database has the schema of this release.");
                Ok(())
            }
            Command::Token(command) => tokens(command).await,
            Command::Admin(Admin::Grant { database, email }) => grant(&database, &email).await,
            Command::Import(Import::People(options)) => return import::people(options).await,
            Command::Connector(command) => connector::run(command).await,
            Command::Openapi => {
                say(&usher_api::document().to_pretty_json()?);
                Ok(())
            }
            Command::Doctor(options) => doctor::examine(&options, &values).await,
            #[cfg(feature = "demo")]
            Command::Demo(demo) => crate::demo::open(demo).await,
        };
        done.map(|()| ExitCode::SUCCESS)
    })
}

async fn serve(options: Serve) -> Result<()> {
    let is_loopback = options.listen.ip().is_loopback();
    if !is_loopback && !options.behind_tls {
        bail!(
            "use TLS or loopback: {} is not a loopback address. Put TLS in front and say --behind-tls, or listen \
             on loopback. Over plain http the sign-in cookie would be lost",
            options.listen
        );
    }
    let secrets = Secrets::new(options.engine.secrets_folder.clone());
    let doors = options.sign_in.doors(&secrets, &options.engine.base_url)?;
    let cx = wiring::context(&address(&options.database)?, "usher serve", 24).await?;
    refuse_demo(&cx).await?;
    let stop = stop::on_signal()?;
    let company = company(&cx).await?;
    let state = AppState { cx: cx.clone(), company, doors: doors.offered(), demo: None };
    let site =
        http::Site { state, doors, is_secure: options.behind_tls, is_demo: false, watch: None };
    http::metrics::open(&options.metrics, &cx, &stop).await?;
    let work = if options.no_work {
        None
    } else {
        Some(tokio::spawn(wiring::work(wiring::engine(&cx, &options.engine)?, stop.clone())))
    };
    let listener = tokio::net::TcpListener::bind(options.listen)
        .await
        .with_context(|| format!("cannot listen on {}", options.listen))?;
    say(&format!("Usher is at http://{}", listener.local_addr()?));
    http::serve(listener, site, stop.clone()).await?;
    if let Some(work) = work {
        work.await?;
    }
    cx.store.close().await;
    Ok(())
}

async fn work(options: Work) -> Result<()> {
    // Jobs that give access have connections of their own.
    let connections = u32::try_from(options.engine.urgent_slots).unwrap_or(64) + 8;
    let cx = wiring::context(&address(&options.database)?, "usher work", connections).await?;
    let stop = stop::on_signal()?;
    let engine = wiring::engine(&cx, &options.engine)?;
    http::metrics::open(&options.metrics, &cx, &stop).await?;
    say("Usher is at work.");
    wiring::work(engine, stop).await;
    cx.store.close().await;
    Ok(())
}

/// The demonstration and real data never share a process.
async fn refuse_demo(cx: &Context) -> Result<()> {
    let mut conn = cx.store.conn().await?;
    if installation::get(&mut conn).await?.is_some_and(|i| i.is_demo) {
        bail!(
            "this database belongs to the demonstration: `usher demo` opens it, and serve takes another one"
        );
    }
    Ok(())
}

async fn company(cx: &Context) -> Result<String> {
    let mut conn = cx.store.conn().await?;
    Ok(installation::get(&mut conn).await?.map_or_else(String::new, |i| i.company))
}

/// The address that was given, or the running demonstration's.
fn address(database: &Database) -> Result<SecretString> {
    if let Some(url) = &database.database_url {
        return Ok(url.clone());
    }
    let Some(file) = demo_file() else {
        bail!("no database: say --database-url or set DATABASE_URL");
    };
    let text = std::fs::read_to_string(&file)
        .context("no database: set DATABASE_URL, or start the demonstration with `make run`")?;
    Ok(SecretString::from(text.trim().to_owned()))
}

#[cfg(feature = "demo")]
fn demo_file() -> Option<PathBuf> {
    Some(wiring::demo_address_file(&usher_cluster::identity::data_home()))
}

#[cfg(not(feature = "demo"))]
fn demo_file() -> Option<PathBuf> {
    None
}

fn operator(cx: &Context) -> Caller {
    let name = std::env::var("SUDO_USER")
        .or_else(|_| std::env::var("USER"))
        .unwrap_or_else(|_| "unknown".to_owned());
    Caller::operator(name, cx.id::<CorrelationId>())
}

async fn tokens(command: Token) -> Result<()> {
    match command {
        Token::Create { database, email, scope, days } => {
            let cx = wiring::context(&address(&database)?, "usher token", 2).await?;
            let scope: TokenScope = scope.parse()?;
            let mut conn = cx.store.conn().await?;
            let is_demo = installation::get(&mut conn).await?.is_some_and(|i| i.is_demo);
            drop(conn);
            if scope == TokenScope::Decide && !is_demo {
                bail!("a token that decides is made in the demonstration only");
            }
            let life = TimeDelta::days(i64::from(days));
            let made = match token::create(&cx, &operator(&cx), &email, scope, life).await {
                Err(usher_operations::Fault::NotFound) => bail!("nobody has the address {email}"),
                other => other?,
            };
            say(&made.text);
            tracing::info!(person = made.person, expires_at = %made.expires_at, "the token is shown this once; the person is told");
            Ok(())
        }
        Token::List { database } => {
            let cx = wiring::context(&address(&database)?, "usher token", 2).await?;
            for t in token::list(&cx, &operator(&cx)).await? {
                let state = if t.revoked_at.is_some() {
                    "revoked"
                } else if t.expires_at <= cx.now() {
                    "expired"
                } else {
                    "usable"
                };
                say(&format!(
                    "{}  {:8} {:8} until {}  {}",
                    t.id,
                    t.scope,
                    state,
                    t.expires_at.format("%F"),
                    t.person_name
                ));
            }
            Ok(())
        }
        Token::Revoke { database, id } => {
            let cx = wiring::context(&address(&database)?, "usher token", 2).await?;
            match token::revoke(&cx, &operator(&cx), id.parse().context("that is no token id")?)
                .await
            {
                Err(usher_operations::Fault::NotFound) => {
                    bail!("there is no token {id} that can be revoked")
                }
                other => other?,
            }
            say("Revoked.");
            Ok(())
        }
    }
}

async fn grant(database: &Database, email: &str) -> Result<()> {
    let cx = wiring::context(&address(database)?, "usher admin", 2).await?;
    let done = sign_in::grant_role(&cx, &operator(&cx), email, AdminRole::Administrator).await;
    match done {
        Err(usher_operations::Fault::NotFound) => bail!("nobody has the address {email}"),
        Ok(true) => say(&format!("{email} is an administrator now.")),
        Ok(false) => say(&format!("{email} is an administrator already.")),
        Err(other) => return Err(other.into()),
    }
    Ok(())
}
