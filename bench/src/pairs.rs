//! Legs of ours and of a reference, in pairs.

use anyhow::{Result, ensure};

/// Pairs that count; one more is dropped as warm-up.
pub(crate) const PAIRS: usize = 7;

/// Rates of both sides, pair by pair.
#[derive(Debug)]
pub(crate) struct Pairs {
    ours: Vec<f64>,
    reference: Vec<f64>,
}

/// Runs the legs, the order swapped from pair to pair. A leg answers with its rate.
pub(crate) async fn run(
    mut ours: impl AsyncFnMut() -> Result<f64>,
    mut reference: impl AsyncFnMut() -> Result<f64>,
) -> Result<Pairs> {
    let mut pairs = Pairs { ours: Vec::new(), reference: Vec::new() };
    for pair in 0..=PAIRS {
        let (a, b) = if pair % 2 == 0 {
            let a = ours().await?;
            (a, reference().await?)
        } else {
            let b = reference().await?;
            (ours().await?, b)
        };
        eprintln!("  pair {pair}: ours {a:.0}/s, reference {b:.0}/s");
        if pair > 0 {
            pairs.ours.push(a);
            pairs.reference.push(b);
        }
    }
    ensure!(pairs.ours.len() == PAIRS);
    Ok(pairs)
}

pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

impl Pairs {
    fn ratios(&self) -> Vec<f64> {
        self.ours.iter().zip(&self.reference).map(|(a, b)| a / b).collect()
    }

    /// `median [least, greatest]` of the ratios.
    pub(crate) fn ratio(&self) -> String {
        let ratios = self.ratios();
        let least = ratios.iter().copied().fold(f64::INFINITY, f64::min);
        let most = ratios.iter().copied().fold(0.0, f64::max);
        format!("{:.2} [{least:.2}, {most:.2}]", median(&ratios))
    }

    pub(crate) fn ours(&self) -> f64 {
        median(&self.ours)
    }

    pub(crate) fn reference(&self) -> f64 {
        median(&self.reference)
    }

    /// Met when the median meets it and six of seven pairs do; nothing is judged when the reference itself moves more
    /// than threefold between its own legs.
    pub(crate) fn verdict(&self, at_least: f64) -> String {
        let least = self.reference.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.reference.iter().copied().fold(0.0, f64::max);
        if most > least * 3.0 {
            return format!("not judged: the reference moved from {least:.0}/s to {most:.0}/s");
        }
        let ratios = self.ratios();
        let good = ratios.iter().filter(|ratio| **ratio >= at_least).count();
        let is_met = median(&ratios) >= at_least && good + 1 >= PAIRS;
        format!("{} ({good} of {PAIRS} pairs)", if is_met { "met" } else { "not met" })
    }
}
