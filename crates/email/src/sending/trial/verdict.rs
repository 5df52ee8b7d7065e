//! Whether one of two subject lines did better, or nobody can tell.

use serde::Serialize;
use utoipa::ToSchema;

/// People that each line needs before anything is said.
pub const PEOPLE_LEAST: i64 = 100;
/// Clicks, and people without one, that each line needs: with fewer the test below does not hold.
const EACH_LEAST: i64 = 5;
/// How many standard errors make 95 of 100.
const SURE: f64 = 1.96;

/// What one line brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Arm {
    /// People who got it.
    pub delivered: i64,
    /// People who opened it. It decides nothing, for mail programs open by themselves.
    pub opened: i64,
    /// People who followed a link.
    pub clicked: i64,
}

impl Arm {
    #[allow(clippy::cast_precision_loss, reason = "nobody writes to so many")]
    fn rate(self) -> f64 {
        if self.delivered > 0 { self.clicked as f64 / self.delivered as f64 } else { 0.0 }
    }
}

/// What a comparison of two lines found.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = TrialFinding)]
pub struct Finding {
    /// 0 or 1; none when neither is better for sure.
    pub winner: Option<i16>,
    /// How many more of a hundred clicked with the second line than with the first.
    pub difference: f64,
    /// In 95 of 100 such tests the true difference lies between these; none with too few people.
    pub from: Option<f64>,
    pub to: Option<f64>,
    pub words: String,
}

/// Compares the shares of people who clicked (a two-proportion z-test, two-sided, at the level of 5 %).
#[allow(clippy::cast_precision_loss, reason = "nobody writes to so many")]
pub fn judge(first: Arm, second: Arm) -> Finding {
    let difference = (second.rate() - first.rate()) * 100.0;
    let undecided = |words: String| Finding { winner: None, difference, from: None, to: None, words };
    if first.delivered.min(second.delivered) < PEOPLE_LEAST {
        return undecided(format!(
            "No winner: each line has to reach {PEOPLE_LEAST} people before anything can be said."
        ));
    }
    let has_few = |arm: Arm| arm.clicked < EACH_LEAST || arm.delivered - arm.clicked < EACH_LEAST;
    if has_few(first) || has_few(second) {
        return undecided("No winner: too few people clicked to tell the lines apart.".to_owned());
    }
    let (n1, n2) = (first.delivered as f64, second.delivered as f64);
    let (p1, p2) = (first.rate(), second.rate());
    let pooled = (first.clicked + second.clicked) as f64 / (n1 + n2);
    let z = (p2 - p1) / (pooled * (1.0 - pooled) * (1.0 / n1 + 1.0 / n2)).sqrt();
    let margin = SURE * (p1 * (1.0 - p1) / n1 + p2 * (1.0 - p2) / n2).sqrt() * 100.0;
    let (from, to) = (difference - margin, difference + margin);
    let winner = (z.abs() > SURE).then_some(i16::from(z > 0.0));
    let interval = format!("between {from:+.1} and {to:+.1} points");
    let words = match winner {
        Some(0) => {
            format!("The first line won: with the second, clicks differ by {difference:+.1} points ({interval}).")
        }
        Some(_) => format!("The second line won: clicks differ by {difference:+.1} points ({interval})."),
        None => {
            format!("No winner: clicks differ by {difference:+.1} points, and chance alone could do that ({interval}).")
        }
    };
    Finding { winner, difference, from: Some(from), to: Some(to), words }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arm(delivered: i64, clicked: i64) -> Arm {
        Arm { delivered, opened: 0, clicked }
    }

    #[test]
    fn a_winner_is_named_only_when_chance_would_hardly_do_it() {
        // 3 % and 5 % of 2,000: z = 3.23 (by hand, from the pooled share of 4 %).
        let found = judge(arm(2000, 60), arm(2000, 100));
        assert_eq!(found.winner, Some(1));
        assert!((found.difference - 2.0).abs() < 1e-9 && found.from.unwrap() > 0.78 && found.to.unwrap() < 3.22);
        assert_eq!(judge(arm(2000, 100), arm(2000, 60)).winner, Some(0));
        // 3 % and 4 % of 1,000: z = 1.22.
        let close = judge(arm(1000, 30), arm(1000, 40));
        assert_eq!(close.winner, None);
        assert!(close.from.unwrap() < 0.0 && close.to.unwrap() > 0.0 && close.words.contains("chance"));
    }

    #[test]
    fn too_few_people_or_clicks_decide_nothing() {
        for (first, second) in [
            (arm(99, 0), arm(5000, 2500)),
            (arm(500, 4), arm(500, 100)),
            (arm(0, 0), arm(0, 0)),
            (arm(200, 198), arm(200, 100)),
        ] {
            let found = judge(first, second);
            assert_eq!((found.winner, found.from), (None, None), "{first:?} {second:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn changing_the_order_changes_the_name_alone(n1 in 0..3000_i64, n2 in 0..3000_i64, x1 in 0..3000_i64, x2 in 0..3000_i64) {
            let (first, second) = (arm(n1, x1.min(n1)), arm(n2, x2.min(n2)));
            let (one, other) = (judge(first, second), judge(second, first));
            proptest::prop_assert_eq!(one.winner, other.winner.map(|winner| 1 - winner));
            proptest::prop_assert!((one.difference + other.difference).abs() < 1e-9);
        }
    }
}
