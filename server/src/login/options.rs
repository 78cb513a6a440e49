//! The identity providers as an operator writes them down.
//!
//! Several stand in one value with semicolons between them; the first of each option belongs to the first issuer.

use std::sync::Arc;

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;
use url::Url;
use usher_connector::AllowedNetworks;
use usher_oidc::{Provider, ProviderSettings};

use super::Doors;
use crate::secrets::Secrets;

/// Who tells us who somebody is.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct SignIn {
    /// Address of the OpenID Connect issuer, letter by letter as it writes itself.
    #[arg(long = "oidc-issuer", env = "USHER_OIDC_ISSUER", value_delimiter = ';')]
    issuers: Vec<String>,
    /// What this Usher is called at the issuer.
    #[arg(long = "oidc-client-id", env = "USHER_OIDC_CLIENT_ID", value_delimiter = ';')]
    client_ids: Vec<String>,
    /// Reference to the client's secret: `env:USHER_SECRET_NAME` or `file:NAME`; empty for a public client.
    #[arg(long = "oidc-client-secret", env = "USHER_OIDC_CLIENT_SECRET", value_delimiter = ';')]
    client_secrets: Vec<String>,
    /// Name of the identity provider on the sign-in page; its host when there is none.
    #[arg(long = "oidc-label", env = "USHER_OIDC_LABEL", value_delimiter = ';')]
    labels: Vec<String>,
    /// Networks that the issuer may be in although they are not public, such as `10.1.0.0/16`, with commas
    /// between them.
    #[arg(
        long = "oidc-allowed-networks",
        env = "USHER_OIDC_ALLOWED_NETWORKS",
        value_delimiter = ';'
    )]
    allowed_networks: Vec<String>,
}

impl SignIn {
    /// The doors that the options describe; none when no issuer is named.
    ///
    /// # Errors
    /// Names the option that cannot work, and why.
    pub(crate) fn doors(&self, secrets: &Secrets, base_url: &str) -> Result<Doors> {
        // A variable that is set and empty names nobody.
        let is_blank = |values: &[String]| values.iter().all(|value| value.trim().is_empty());
        if is_blank(&self.issuers) && is_blank(&self.client_ids) {
            return Ok(Doors::default());
        }
        let count = self.issuers.len();
        ensure!(
            self.client_ids.len() == count,
            "every issuer needs a client id: USHER_OIDC_ISSUER names {count}, USHER_OIDC_CLIENT_ID {}",
            self.client_ids.len()
        );
        for (name, values) in [
            ("USHER_OIDC_CLIENT_SECRET", &self.client_secrets),
            ("USHER_OIDC_LABEL", &self.labels),
            ("USHER_OIDC_ALLOWED_NETWORKS", &self.allowed_networks),
        ] {
            ensure!(values.len() <= count, "{name} has more values than there are issuers");
        }
        let mut doors = Vec::with_capacity(count);
        for position in 0..count {
            let issuer = self.issuers[position].trim();
            if self.issuers[..position].iter().any(|other| other.trim() == issuer) {
                bail!("the issuer {issuer} is named twice");
            }
            let door = self
                .door(position, secrets, base_url)
                .with_context(|| format!("sign-in with {issuer} cannot be set up"))?;
            doors.push(door);
        }
        Ok(Doors(Arc::new(doors)))
    }

    fn door(
        &self,
        position: usize,
        secrets: &Secrets,
        base_url: &str,
    ) -> Result<(String, Provider)> {
        let value = |values: &[String]| {
            values.get(position).map(|value| value.trim().to_owned()).filter(|v| !v.is_empty())
        };
        let issuer = value(&self.issuers).unwrap_or_default();
        let client_secret = value(&self.client_secrets)
            .map(|reference| secrets.resolve(&reference))
            .transpose()
            .map_err(|why| anyhow::anyhow!("the secret (USHER_OIDC_CLIENT_SECRET): {why}"))?;
        let allowed_networks: AllowedNetworks = value(&self.allowed_networks)
            .unwrap_or_default()
            .parse()
            .context("the networks (USHER_OIDC_ALLOWED_NETWORKS)")?;
        let host = Url::parse(&issuer).ok().and_then(|url| url.host_str().map(str::to_owned));
        let label = value(&self.labels).or(host).unwrap_or_default();
        let provider = Provider::new(ProviderSettings {
            issuer,
            client_id: value(&self.client_ids).unwrap_or_default(),
            client_secret,
            redirect: redirect(base_url, position + 1)?,
            allowed_networks,
        })?;
        Ok((label, provider))
    }
}

/// Where the issuer sends browsers back to.
fn redirect(base_url: &str, door: usize) -> Result<Url> {
    let base = format!("{}/", base_url.trim_end_matches('/'));
    Url::parse(&base)
        .and_then(|base| base.join(&format!("sign-in/oidc/{door}/callback")))
        .with_context(|| format!("the address of Usher (USHER_BASE_URL) is no address: {base_url}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(issuers: &[&str], client_ids: &[&str]) -> SignIn {
        let owned = |values: &[&str]| values.iter().map(|v| (*v).to_owned()).collect();
        SignIn { issuers: owned(issuers), client_ids: owned(client_ids), ..SignIn::default() }
    }

    fn doors(options: &SignIn) -> Result<Doors, String> {
        let doors = options.doors(&Secrets::new(None), "https://usher.example/");
        doors.map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn doors_are_counted_and_named_by_their_host() {
        for none in [options(&[], &[]), options(&[""], &["", " "])] {
            assert!(doors(&none).expect("none").offered().is_empty());
        }
        let two = options(&["https://a.example", "https://b.example/x"], &["one", "two"]);
        let named = SignIn { labels: vec!["Work account".to_owned()], ..two };
        let offered = doors(&named).expect("two").offered();
        let seen: Vec<_> = offered.iter().map(|d| (d.path.as_str(), d.label.as_str())).collect();
        assert_eq!(seen, [("/sign-in/oidc/1", "Work account"), ("/sign-in/oidc/2", "b.example")]);
        let address = redirect("https://usher.example/", 2).expect("an address");
        assert_eq!(address.as_str(), "https://usher.example/sign-in/oidc/2/callback");
    }

    #[test]
    fn what_cannot_work_names_the_option() {
        let https = "https://a.example";
        let with = |change: fn(&mut SignIn)| {
            let mut options = options(&[https], &["one"]);
            change(&mut options);
            doors(&options).expect_err("cannot work")
        };
        for (words, expected) in [
            (with(|o| o.client_ids.clear()), "USHER_OIDC_CLIENT_ID"),
            (with(|o| o.client_ids[0].clear()), "client id is empty"),
            (with(|o| o.issuers[0] = "http://a.example".to_owned()), "without https"),
            (with(|o| o.issuers[0] = "a.example".to_owned()), "not an https address"),
            (with(|o| o.issuers[0] = "https://a.example?x=1".to_owned()), "query"),
            (with(|o| o.client_secrets.push("hunter2".to_owned())), "USHER_OIDC_CLIENT_SECRET"),
            (with(|o| o.allowed_networks.push("0.0.0.0/0".to_owned())), "USHER_OIDC_ALLOWED"),
            (with(|o| o.labels = vec!["a".to_owned(), "b".to_owned()]), "USHER_OIDC_LABEL"),
        ] {
            assert!(words.contains(expected), "{words}");
        }
        let twice = doors(&options(&[https, https], &["one", "two"])).expect_err("twice");
        assert!(twice.contains("named twice"), "{twice}");
        let secret = with(|o| o.client_secrets.push("hunter2".to_owned()));
        assert!(!secret.contains("hunter2"), "{secret}");
    }
}
