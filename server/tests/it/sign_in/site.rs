//! `usher serve` with two identity providers, on a company of its own.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use secrecy::ExposeSecret as _;
use serde_json::json;
use url::Url;
use usher_testkit::World;

use super::browser::{Browser, Page};
use super::issuer::{Issuer, free_port};

/// How often and how long the start is awaited.
const START_TRIES: u32 = 300;
const START_PAUSE: Duration = Duration::from_millis(100);

/// Claims of an account.
fn claims(email: &str, is_verified: bool) -> serde_json::Value {
    json!({ "email": email, "email_verified": is_verified })
}

pub(super) struct Site {
    process: Child,
    pub(super) world: World,
    pub(super) address: Url,
    pub(super) issuers: [Issuer; 2],
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Site {
    /// Accounts of the issuers: `ines` and `marek` with their addresses, `other-ines` with the same address
    /// as `ines`, `careless` whose address is not verified, `nameless` without one, `visitor` whom nobody knows.
    pub(super) async fn open() -> Result<Self> {
        Self::open_with(&[]).await
    }

    /// With more options of `usher serve`.
    pub(super) async fn open_with(more: &[&str]) -> Result<Self> {
        let world = World::open().await?;
        let port = free_port()?;
        let address: Url = format!("http://127.0.0.1:{port}").parse()?;
        let accounts = json!({
            "ines": claims("Ines.Carvalho@harbourline.example", true),
            "other-ines": claims("ines.carvalho@harbourline.example", true),
            "marek": claims("marek.wisniewski@harbourline.example", true),
            "careless": claims("olumide.adeyemi@harbourline.example", false),
            "nameless": {},
            "visitor": claims("visitor@elsewhere.example", true),
        });
        let redirect = |door: u8| format!("{address}sign-in/oidc/{door}/callback");
        let issuers =
            [Issuer::start(&redirect(1), &accounts)?, Issuer::start(&redirect(2), &accounts)?];
        let two = |value: &str| format!("{value};{value}");
        let process = Command::new(env!("CARGO_BIN_EXE_usher"))
            .args(["serve", "--no-work", "--log", "error"])
            .args(more)
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(["--base-url", address.as_str()])
            .arg("--database-url")
            .arg(world.database.url.expose_secret())
            .arg("--oidc-issuer")
            .arg(format!("{};{}", issuers[0].address, issuers[1].address))
            .args(["--oidc-client-id", &two("usher")])
            .args(["--oidc-client-secret", &two("env:USHER_SECRET_OIDC")])
            .args(["--oidc-allowed-networks", &two("127.0.0.0/8")])
            .args(["--oidc-label", "Work account;Other account"])
            .env("USHER_SECRET_OIDC", "usher-secret")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .context("the executable starts")?;
        let mut site = Self { process, world, address, issuers };
        site.await_start().await?;
        Ok(site)
    }

    async fn await_start(&mut self) -> Result<()> {
        let ready = self.at("/health/ready")?;
        for _ in 0..START_TRIES {
            let answer = Browser::new()?.get(&ready).await;
            if answer.is_ok_and(|page| page.status == 200) {
                return Ok(());
            }
            ensure!(self.process.try_wait()?.is_none(), "usher serve ended at its start");
            tokio::time::sleep(START_PAUSE).await;
        }
        anyhow::bail!("usher serve does not become ready")
    }

    pub(super) fn at(&self, path: &str) -> Result<Url> {
        Ok(self.address.join(path)?)
    }

    /// Where the first door sends a browser that asked for `path` first.
    pub(super) async fn begin(&self, browser: &mut Browser, path: &str) -> Result<Url> {
        let mut door = self.at("/sign-in/oidc/1")?;
        door.query_pairs_mut().append_pair("return_to", path);
        Ok(browser.get(&door).await?.location()?.clone())
    }

    /// The whole way of an account through the first door, up to the page that our callback answers with.
    pub(super) async fn sign_in(
        &self,
        browser: &mut Browser,
        account: &str,
        path: &str,
    ) -> Result<Page> {
        let start = self.begin(browser, path).await?;
        let callback = browser.through_the_issuer(&start, account).await?;
        browser.get(&callback).await
    }

    /// Whether the browser is somebody's: their first page, and no sign-in.
    pub(super) async fn is_in(&self, browser: &mut Browser) -> Result<bool> {
        Ok(browser.get(&self.at("/access")?).await?.status == 200)
    }

    /// The number that a statement gives.
    pub(super) async fn count(&self, sql: &str) -> Result<i64> {
        // A test's text lives as long as its process.
        let sql: &'static str = sql.to_owned().leak();
        usher_testkit::count(&mut self.world.database.owner().await?, sql).await
    }

    /// Changes what the application may not. Returns how many rows.
    pub(super) async fn change(&self, sql: &str) -> Result<i64> {
        let sql = format!("with changed as ({sql} returning 1) select count(*) from changed");
        self.count(&sql).await
    }
}
