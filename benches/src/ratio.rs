//! Ratios of figures that were taken in turn, and how far they scatter.
//!
//! A ratio is formed within a round, of two figures taken within milliseconds of each other: when the machine slows
//! down, both do. Of the rounds the median is told, because a round that something else disturbed is far off.

/// The median of the ratios of all rounds, and their quartiles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Ratio {
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Ratio {
    /// Ours to theirs, round by round; `None` without a round.
    pub(crate) fn of(ours: &[f64], theirs: &[f64]) -> Option<Self> {
        let ratios = ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect();
        let [low, median, high] = quartiles(ratios)?;
        Some(Self { median, low, high })
    }

    /// Between the quartiles: half of all rounds.
    pub(crate) fn spread(&self) -> f64 {
        self.high - self.low
    }
}

/// The median of some figures; `None` without one.
pub(crate) fn median(figures: &[f64]) -> Option<f64> {
    quartiles(figures.to_vec()).map(|[_, median, _]| median)
}

fn quartiles(mut figures: Vec<f64>) -> Option<[f64; 3]> {
    figures.sort_by(f64::total_cmp);
    Some([quarter(&figures, 1)?, quarter(&figures, 2)?, quarter(&figures, 3)?])
}

/// That many quarters up the sorted figures, between its neighbours where it falls between two.
fn quarter(sorted: &[f64], quarters: usize) -> Option<f64> {
    let place = sorted.len().checked_sub(1)? * quarters;
    let (below, rest) = (place / 4, place % 4);
    let share = f64::from(u8::try_from(rest).unwrap_or_default()) / 4.0;
    let above = sorted.get(below + 1).unwrap_or(&sorted[below]);
    Some(sorted[below] + (above - sorted[below]) * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_formed_within_its_round() {
        // The second round ran at a tenth of the speed, for both.
        let ratio = Ratio::of(&[2.0, 20.0, 2.0], &[4.0, 40.0, 4.0]);
        assert_eq!(ratio, Some(Ratio { median: 0.5, low: 0.5, high: 0.5 }));
    }

    #[test]
    fn one_disturbed_round_moves_neither_median_nor_quartiles_far() {
        let ratio = Ratio::of(&[1.0, 1.0, 1.0, 1.0, 90.0], &[1.0; 5]).expect("there are rounds");
        assert_eq!((ratio.median, ratio.spread()), (1.0, 0.0));
    }

    #[test]
    fn quartiles_lie_between_figures_where_they_must() {
        assert_eq!(quartiles(vec![4.0, 1.0, 3.0, 2.0]), Some([1.75, 2.5, 3.25]));
        assert_eq!(quartiles(vec![7.0]), Some([7.0; 3]));
        assert_eq!(median(&[3.0, 1.0]), Some(2.0));
    }

    #[test]
    fn without_a_round_there_is_no_ratio() {
        assert_eq!(Ratio::of(&[], &[]), None);
    }
}
